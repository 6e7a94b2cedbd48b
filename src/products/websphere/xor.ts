// WebSphere's {xor} passwords: base64 of every byte XOR 0x5f ('_'). Anybody can read it back: an encoding, no encryption.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';

const PREFIX = '{xor}';
const MASK = 0x5f;

/** Text without the prefix is taken as it is; WebSphere reads plain passwords, too.
 * @param label what it is, for messages; never the text itself
 * @throws OperatorError REMOTE_REPLY for another encoding, such as {aes} or a custom one */
export function parsePassword(text: string, label: string): Secret {
  if (!text.startsWith('{')) return new Secret(text, label);
  const base64 = text.slice(PREFIX.length);
  if (!text.toLowerCase().startsWith(PREFIX) || !/^[A-Za-z0-9+/]*={0,2}$/u.test(base64)) {
    throw new OperatorError('REMOTE_REPLY', `${label} is not in the {xor} encoding`, {
      hint: 'strictstep cannot read {aes} or custom encodings; declare the password in the inventory instead.',
    });
  }
  const bytes = Buffer.from(base64, 'base64').map((byte) => byte ^ MASK);
  return new Secret(Buffer.from(bytes).toString('utf8'), label);
}
