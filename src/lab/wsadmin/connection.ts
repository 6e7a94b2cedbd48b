// What a wsadmin session needs of its connection to the deployment manager.

export type Banner = { readonly process: string; readonly node: string; readonly type: string };

export interface WsadminConnection {
  readonly banner: Banner;
  /** @throws Error whose message is Java's text of the exception */
  call(object: string, method: string, args: readonly (string | readonly string[])[]): Promise<string>;
  close(): void;
}

/** A connection that was not made: for want of a peer, of trust, of a protocol in common, or of the right log-in. */
export type Refusal = { readonly kind: 'connection' | 'authentication'; readonly text: string };
