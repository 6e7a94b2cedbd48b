// XMPP streams as pieces: the head, whole elements, the end. Order and quotes of attributes vary between servers, and an element
// may come in several packets. Source: RFC 6120 sections 4 and 11 (no comments, processing instructions or DTDs inside).

export type Stanza = {
  /** as written, prefix included: `db:result` */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Stanza[];
  /** its own text, without that of its children */
  readonly text: string;
};

export type StreamPiece =
  | { readonly kind: 'head'; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: 'element'; readonly element: Stanza }
  | { readonly kind: 'end' };

export interface PieceReader {
  /** @throws Error when it is no stream of XMPP */
  feed(text: string): readonly StreamPiece[];
}

const LIMIT = 65_536;
const SPACE = /^\s*/;
const DECLARATION = /^<\?xml(?:[^?]|\?(?!>))*\?>/;
const TAG = /^<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/?)>/;
const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

type Open = { name: string; attributes: Record<string, string>; children: Stanza[]; text: string };

export function openPieces(): PieceReader {
  let rest = '';
  let isHeadSeen = false;
  const open: Open[] = [];
  const closeTop = (): StreamPiece[] => {
    const done = open.pop();
    if (done === undefined) return [];
    const above = open.at(-1);
    if (above === undefined) return [{ kind: 'element', element: done }];
    above.children.push(done);
    return [];
  };
  const tag = (slash: string, name: string, inside: string, empty: string): StreamPiece[] => {
    if (slash !== '') {
      if (open.length === 0 && isHeadSeen) return [{ kind: 'end' }];
      if (open.at(-1)?.name !== name) throw new Error(`</${name}> closes nothing`);
      return closeTop();
    }
    const attributes = attributesIn(inside);
    if (!isHeadSeen) {
      if (!/(?:^|:)stream$/.test(name)) throw new Error(`a stream does not begin with <${name}>`);
      isHeadSeen = true;
      return [{ kind: 'head', attributes }];
    }
    open.push({ name, attributes, children: [], text: '' });
    return empty === '' ? [] : closeTop();
  };
  const text = (written: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += decode(written);
    else if (written.trim() !== '') throw new Error('text that belongs to nothing');
  };
  return {
    feed: (more) => {
      rest += more;
      if (rest.length > LIMIT) throw new Error('an element that does not end');
      const pieces: StreamPiece[] = [];
      for (;;) {
        if (open.length === 0) rest = rest.replace(SPACE, '');
        if (!isHeadSeen) rest = rest.replace(DECLARATION, '').replace(SPACE, '');
        const at = rest.indexOf('<');
        if (at === -1) {
          if (rest !== '' && open.length === 0) throw new Error('no XML');
          return pieces;
        }
        if (at > 0) {
          text(rest.slice(0, at));
          rest = rest.slice(at);
        }
        const found = TAG.exec(rest);
        if (found === null) {
          if (/^<[^?/A-Za-z_]/.test(rest)) throw new Error('no XML');
          return pieces;
        }
        const [whole, slash = '', name = '', inside = '', empty = ''] = found;
        rest = rest.slice(whole.length);
        pieces.push(...tag(slash, name, inside, empty));
      }
    },
  };
}

const attributesIn = (inside: string): Record<string, string> =>
  Object.fromEntries([...inside.matchAll(ATTRIBUTE)].map(([, key = '', a, b]) => [key, decode(a ?? b ?? '')]));

const SIGNS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (written: string): string =>
  written.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return SIGNS[name] ?? whole;
    return String.fromCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });

export const encode = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => {
    const name = Object.keys(SIGNS).find((one) => SIGNS[one] === sign);
    return `&${name};`;
  });

export function renderStanza({ name, attributes, children, text }: Stanza): string {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}='${encode(value)}'`);
  const inside = encode(text) + children.map(renderStanza).join('');
  return inside === '' ? `<${name}${head.join('')}/>` : `<${name}${head.join('')}>${inside}</${name}>`;
}

export const childNamed = ({ children }: Stanza, name: string): Stanza | undefined =>
  children.find((one) => one.name === name);

export const is = ({ name, attributes }: Stanza, wanted: string, namespace: string): boolean =>
  name === wanted && attributes['xmlns'] === namespace;

export const NS = {
  client: 'jabber:client',
  server: 'jabber:server',
  dialback: 'jabber:server:dialback',
  stream: 'http://etherx.jabber.org/streams',
  streams: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  session: 'urn:ietf:params:xml:ns:xmpp-session',
  ping: 'urn:xmpp:ping',
} as const;
