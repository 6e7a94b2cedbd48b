// Each password comes from one place, and one place gives one password.
import type { Finding } from '../core/yaml/problem.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';
import type { InventoryFile } from './schema.ts';
import type { PasswordKeys } from './secret-source.ts';

const KEYS = ['passwordFile', 'passwordCommand', 'passwordDescriptor', 'passwordFrom'] as const;
const LIST = `${KEYS.slice(0, -1).join(', ')} or ${KEYS.at(-1)}`;

export function passwordFindings({ credentials, certificates }: InventoryFile): readonly Finding[] {
  const owners = [
    ...Object.entries(credentials).map(([name, keys]) => ({ path: ['credentials', name], keys, isCertificate: false })),
    ...Object.entries(certificates).map(([name, keys]) => ({
      path: ['certificates', name],
      keys,
      isCertificate: true,
    })),
  ];
  const taken = new Map<number, string>();
  return owners.flatMap(({ path, keys, isCertificate }) => {
    const owner = path.join('.');
    const given = KEYS.filter((key) => keys[key] !== undefined);
    if (given.length === 0) return [refusal(`${owner}: the key passwordFile is missing`, `Give ${LIST}.`, path)];
    if (given.length > 1) return [refusal(`${owner} has ${given.join(' and ')}`, 'Leave one of them.', path)];
    if (keys.passwordTimeout !== undefined && keys.passwordCommand === undefined)
      return [
        refusal(`${owner}.passwordTimeout is only for passwordCommand`, 'Remove it.', [...path, 'passwordTimeout']),
      ];
    if (
      isCertificate &&
      keys.passwordFrom === 'stdin' &&
      path[1] !== undefined &&
      credentials[path[1]]?.passwordFrom === 'stdin'
    )
      return [
        refusal(`${owner} and credentials.${path[1]} would be one line of standard input`, 'Rename one of them.', path),
      ];
    return descriptorFindings(keys, owner, path, taken);
  });
}

/** What is read from a pipe is gone. */
function descriptorFindings(
  { passwordDescriptor }: PasswordKeys,
  owner: string,
  path: YamlPath,
  taken: Map<number, string>,
): readonly Finding[] {
  if (passwordDescriptor === undefined) return [];
  const earlier = taken.get(passwordDescriptor);
  taken.set(passwordDescriptor, owner);
  return earlier === undefined
    ? []
    : [
        refusal(
          `${owner}: descriptor ${passwordDescriptor} is read by ${earlier} already`,
          'Give each a descriptor.',
          path,
        ),
      ];
}

const refusal = (message: string, hint: string, path: YamlPath): Finding => ({
  code: 'INPUT_VALUE',
  message,
  hint,
  path,
  at: 'key',
});
