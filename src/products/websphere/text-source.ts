// Where a text that is parsed came from, for messages.

export type TextSource = {
  /** inventory name of the host, or the cell for a reply of wsadmin */
  readonly host: string;
  /** file, or the call that answered */
  readonly path: string;
};

export const renderSource = ({ host, path }: TextSource): string => `${host}: ${path}`;
