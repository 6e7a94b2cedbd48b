// What AdminTask answers about certificates: one bracket list each. The fingerprint identifies them; the printed dates
// follow the server's locale and are never read. That it is SHA-1 is not verified on real WebSphere: see the docs page.
import { OperatorError } from '../../core/errors.ts';
import { parseBracketLists } from './bracket-list.ts';
import { replyLines } from './ssl-replies.ts';
import { renderSource, type TextSource } from './text-source.ts';

export type CertificateReply = {
  /** as printed: PKCS12 stores print lower case */
  readonly alias: string;
  /** SHA-1, upper-case pairs with colons */
  readonly fingerprint: string;
  readonly issuedTo: string;
  readonly issuedBy: string;
};

/** Reply of listPersonalCertificates, listSignerCertificates, getCertificate or getCertificateChain (leaf first).
 * @throws OperatorError REMOTE_REPLY */
export const parseCertificates = (
  text: string,
  source: TextSource = { host: 'wsadmin', path: 'certificates' },
): readonly CertificateReply[] =>
  parseBracketLists(text, source).map((list) => ({
    alias: list.get('alias') ?? '',
    fingerprint: parseFingerprint(list.get('fingerPrint') ?? '', list.get('alias') ?? '', source),
    issuedTo: list.get('issuedTo') ?? '',
    issuedBy: list.get('issuedBy') ?? '',
  }));

/** Reply of listKeyFileAliases: one alias a line. */
export const parseKeyFileAliases = (text: string): readonly string[] => replyLines(text);

/** WebSphere keeps aliases in lower case, whatever was asked for. */
export const isSameAlias = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function parseFingerprint(value: string, alias: string, source: TextSource): string {
  const [pairs] = /^[0-9A-F]{2}(?::[0-9A-F]{2}){19}(?= |$)/u.exec(value.toUpperCase()) ?? [];
  if (pairs !== undefined) return pairs;
  throw new OperatorError(
    'REMOTE_REPLY',
    `${renderSource(source)}: fingerPrint "${value}" of ${alias} is not a SHA-1 fingerprint`,
    {
      hint: 'strictstep identifies certificates by their SHA-1 fingerprint and cannot go on without it.',
    },
  );
}
