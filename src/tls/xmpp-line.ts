// One XMPP connection that is talked to: in the clear, and after STARTTLS inside TLS. Nothing is verified here: it reads, it
// does not trust. Source: RFC 6120 sections 4 to 6; nothing is sent behind <starttls/> before <proceed/>.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { EVERYTHING, readPeerChain } from './finish-handshake.ts';
import { readOffer, STARTTLS, streamHeader, type XmppStarttls } from './xmpp-prelude.ts';

export type XmppTarget = {
  readonly host: string;
  readonly port: number;
  /** what the stream is opened to */
  readonly domain: string;
  /** of each answer, and of the connection */
  readonly timeoutMs: number;
};

/** closed: by the server; timeout: it went on without what was waited for; fault: connection or handshake */
export type XmppEnd = 'closed' | 'timeout' | 'fault';
export type Heard<Answer> =
  | { readonly kind: 'heard'; readonly answer: Answer; readonly text: string }
  | { readonly kind: XmppEnd; readonly text: string; readonly detail: string };

export type TlsFacts = {
  /** TLSv1.2 */
  readonly protocol: string;
  /** IANA name */
  readonly suite: string;
  /** DER, as served */
  readonly chain: readonly Uint8Array[];
};

export interface XmppLine extends Disposable {
  say(text: string): void;
  /** What was received since the last `say`, until `read` finds its answer in it. */
  hear<Answer>(read: (text: string) => Answer | undefined): Promise<Heard<Answer>>;
  /** after <proceed/> */
  secure(): Promise<TlsFacts | string>;
}

const nothing = (): void => undefined;

export function openXmppLine({ host, port, domain, timeoutMs }: XmppTarget): XmppLine {
  const plain = connectPlain({ host, port, noDelay: true });
  let socket: Socket | TLSSocket = plain;
  let [received, end] = ['', undefined as { readonly kind: 'closed' | 'fault'; readonly detail: string } | undefined];
  let wake = nothing;
  const note = (kind: 'closed' | 'fault', detail: string): void => {
    end ??= { kind, detail };
    wake();
  };
  const listen = (from: Socket): void => {
    from.on('data', (bytes: Buffer) => {
      received += bytes.toString('utf8');
      wake();
    });
    from.on('end', () => note('closed', 'the server ended the connection'));
    from.on('close', () => note('closed', 'the connection ended'));
    from.on('error', (error: NodeJS.ErrnoException) => {
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      note(isReset ? 'closed' : 'fault', error.code ?? error.message);
    });
  };
  listen(plain);

  function hear<Answer>(read: (text: string) => Answer | undefined): Promise<Heard<Answer>> {
    return new Promise((resolve) => {
      const finish = (heard: Heard<Answer>): void => {
        clearTimeout(timer);
        wake = nothing;
        resolve(heard);
      };
      const look = (): void => {
        const answer = read(received);
        if (answer !== undefined) finish({ kind: 'heard', answer, text: received });
        else if (end !== undefined) finish({ ...end, text: received });
      };
      const timer = setTimeout(
        () => finish({ kind: 'timeout', text: received, detail: `no complete answer within ${timeoutMs} ms` }),
        timeoutMs,
      );
      wake = look;
      look();
    });
  }

  function secure(): Promise<TlsFacts | string> {
    plain.removeAllListeners();
    received = '';
    const name = isIP(domain) === 0 ? { servername: domain } : {};
    const inside = connect({ socket: plain, ...name, ...EVERYTHING });
    socket = inside;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(`no TLS handshake within ${timeoutMs} ms`), timeoutMs);
      const finish = (result: TlsFacts | string): void => {
        clearTimeout(timer);
        resolve(result);
      };
      inside.once('secureConnect', () =>
        finish({
          protocol: inside.getProtocol() ?? '',
          suite: inside.getCipher().standardName,
          chain: readPeerChain(inside),
        }),
      );
      inside.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
      inside.once('close', () => finish('the connection ended within the handshake'));
      listen(inside);
    });
  }

  return {
    say(text) {
      received = '';
      socket.write(text);
    },
    hear,
    secure,
    [Symbol.dispose]() {
      socket.destroy();
      plain.destroy();
    },
  };
}

/** Opens the stream and gives the text up to its whole features. */
export async function openStream(
  line: XmppLine,
  { domain }: Pick<XmppTarget, 'domain'>,
  service: XmppStarttls,
): Promise<Heard<string>> {
  line.say(streamHeader(service, domain));
  return line.hear((text) => (readOffer(text) !== undefined || /<(?:[\w.-]+:)?error\b/u.test(text) ? text : undefined));
}

/** STARTTLS on an open stream whose features offer it; text: why it did not work. */
export async function startTls(line: XmppLine): Promise<TlsFacts | string> {
  line.say(STARTTLS);
  const heard = await line.hear((text) => /<(?:[\w.-]+:)?(proceed|failure)\b[^<>]*>/u.exec(text)?.[1]);
  if (heard.kind !== 'heard') return `startTLS: ${heard.detail}`;
  return heard.answer === 'proceed' ? line.secure() : 'startTLS was answered with a failure';
}
