// sslpassword.conf: one line with the name of the token, a colon and the password, for server and multiplexor. Source: Instant
// Messaging 7.2 Administration Guide, table 12-1. The guide lets "end users" own it, which cannot be meant: whoever reads it has
// the key. It belongs to the account of the service, mode 0600 or 0400.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { FileContent, FileFacts } from '../../core/shell.ts';
import { renderSource, type TextSource } from '../websphere/text-source.ts';
import type { SunImFinding } from './types.ts';

export const TOKEN = 'Internal (Software) Token';

/** To be written with mode 0600; only the transport joins the parts. */
export const renderPasswordFile = (password: Secret): FileContent => [
  Buffer.from(`${TOKEN}:`),
  password,
  Buffer.from('\n'),
];

/** The password goes from the first colon to the line end, further colons included.
 * @throws OperatorError FACT_UNREADABLE */
export function parsePasswordFile(bytes: Uint8Array, source: TextSource): Secret {
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\n|\r/u);
  const found = lines.filter((line) => line.startsWith(`${TOKEN}:`)).map((line) => line.slice(TOKEN.length + 1));
  const [password] = found;
  if (password !== undefined && password !== '' && found.length === 1)
    return new Secret(password, `password in ${renderSource(source)}`);
  throw new OperatorError(
    'FACT_UNREADABLE',
    `${renderSource(source)}: there is not exactly one line "${TOKEN}:<password>"`,
    {
      hint: 'Write the line as the guide has it, without blanks around the colon.',
      place: { file: source.path, line: 1, column: 1 },
    },
  );
}

/** @param owner numeric user:group of the account that runs the service */
export function lintPasswordFile(path: string, { mode, owner }: FileFacts, wanted: string): readonly SunImFinding[] {
  const isOpen = (Number.parseInt(mode, 8) & 0o077) !== 0;
  const isForeign = userOf(owner) !== userOf(wanted);
  return [
    ...(isOpen
      ? [
          fails(
            'PASSWORD_FILE_OPEN',
            `${path} has mode ${mode}: others than its owner can read the password of the key`,
            'Set its mode to 0600.',
          ),
        ]
      : []),
    ...(isForeign
      ? [
          fails(
            'PASSWORD_FILE_OWNER',
            `${path} belongs to ${owner}, and the service runs as ${wanted}`,
            'Give it to the account of the service, and to no end user.',
          ),
        ]
      : []),
  ];
}

const userOf = (owner: string): string | undefined => owner.split(':')[0];

const fails = (code: string, text: string, fix: string): SunImFinding => ({ code, severity: 'fails', text, fix });
