// Schema parts that several sections of an inventory share: paths, addresses, periods.
import { isAbsolute, win32 } from 'node:path';
import { isIP } from 'node:net';
import { textThat } from '../core/yaml/leaf.ts';

const isAbsoluteText = (text: string): boolean =>
  (isAbsolute(text) || /^[A-Za-z]:[\\/]/.test(text) || win32.parse(text).root.startsWith('\\\\')) && isPath(text);
// oxlint-disable-next-line no-control-regex -- a path goes into one line of a command's input
const isPath = (text: string): boolean => /\S/.test(text) && !/[\u0000-\u001f\u007f]/.test(text);

/** on a host */
export const absolutePath = textThat(
  'an absolute path',
  isAbsoluteText,
  'Write the whole path from / or from a drive letter, as it is on the host.',
);

/** beside the inventory */
export const localPath = textThat(
  'a path',
  (text) => isPath(text) && !text.startsWith('~'),
  'Write the path in full or relative to the folder of the inventory; ~ is not expanded.',
);

export const address = textThat(
  'a host name or an IP address',
  (text) => isIP(text) !== 0 || /^[A-Za-z0-9]([\w-]*\w)?(\.[A-Za-z0-9]([\w-]*\w)?)*\.?$/.test(text),
  'Write neither user, port, brackets nor a scheme: they have keys of their own.',
);
