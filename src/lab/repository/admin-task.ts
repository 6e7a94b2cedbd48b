// The one table of AdminTask commands that the lab answers, and the two settings that overrule all others.
import { renderLines } from './attribute-list.ts';
import type { Command, Commands, WorkspaceDocuments } from './command.ts';
import { keyFileCommands } from './key-files.ts';
import { keyStoreCommands } from './key-stores.ts';
import { parseOptions } from './options.ts';
import type { Argument } from './options.ts';
import { personalCertificateCommands } from './personal-certificates.ts';
import { scopeCommands } from './scopes.ts';
import { commandException } from './scripting-exception.ts';
import { signerCertificateCommands } from './signer-certificates.ts';
import { sslConfigurationCommands } from './ssl-configurations.ts';
import { sslGroupChangeCommands } from './ssl-group-changes.ts';
import { sslGroupCommands } from './ssl-groups.ts';
import { attributeOf, childElements } from './xml-tree.ts';

const FIPS_PROPERTIES = {
  fipsEnabled: 'com.ibm.security.useFIPS',
  fipsLevel: 'com.ibm.websphere.security.FIPSLevel',
  suiteBLevel: 'com.ibm.websphere.security.suiteb',
} as const;

/** From the custom properties of <security:Security>; the shape `[[fipsEnabled false] ...` is what a public script splits. */
const getFipsInfo: Command = {
  options: [],
  execute: (documents) => {
    const properties = childElements(documents.security().root, 'properties');
    const value = (name: string): string => {
      const property = properties.find((one) => attributeOf(one, 'name') === name);
      return property === undefined ? '' : (attributeOf(property, 'value') ?? '');
    };
    const { fipsEnabled, fipsLevel, suiteBLevel } = FIPS_PROPERTIES;
    const shown = [
      ['fipsEnabled', value(fipsEnabled) || 'false'],
      ['fipsLevel', value(fipsLevel)],
      ['suiteBLevel', value(suiteBLevel)],
    ];
    return `[${shown.map((pair) => `[${pair.join(' ')}]`).join(' ')}]`;
  },
};

/** The lab's cells have none: outbound connections follow the groups. */
const listDynamicSSLConfigSelections: Command = { options: ['scopeName', 'all'], execute: () => '' };

const listNodes: Command = {
  options: ['nodeGroup'],
  execute: ({ nodes }) => renderLines(nodes),
};

const COMMANDS: Commands = {
  ...sslConfigurationCommands,
  ...sslGroupCommands,
  ...sslGroupChangeCommands,
  ...keyStoreCommands,
  ...personalCertificateCommands,
  ...keyFileCommands,
  ...signerCertificateCommands,
  ...scopeCommands,
  getFipsInfo,
  listDynamicSSLConfigSelections,
  listNodes,
};

/** @throws ScriptingException */
export function callAdminTask(documents: WorkspaceDocuments, method: string, args: readonly Argument[]): string {
  const command = Object.hasOwn(COMMANDS, method) ? COMMANDS[method] : undefined;
  if (command === undefined) throw commandException(`The command "${method}" is not found.`);
  return command.execute(documents, parseOptions(method, args, command.options));
}
