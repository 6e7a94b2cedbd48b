// AdminTask commands that read a .p12 file on the deployment manager's host: its aliases, and the import of one entry.
import { Secret } from '../../core/secret.ts';
import { extractKey, openPkcs12 } from '../../tls/open-pkcs12.ts';
import { renderLines } from './attribute-list.ts';
import type { Command, Commands } from './command.ts';
import { openStoreOption } from './key-stores.ts';
import type { Options } from './options.ts';
import { commandException } from './scripting-exception.ts';
import { aliasOption, found, readHostFile, refuseDuplicate, STORE } from './store-entries.ts';

/** The key store file of a call: its bytes and what is in it. */
function openKeyFile(options: Options) {
  const path = options.get('keyFilePath') ?? '';
  const type = options.get('keyFileType') ?? '';
  if (type.toUpperCase() !== 'PKCS12') throw commandException(`java.security.KeyStoreException: ${type} not found`);
  const bytes = readHostFile(path);
  const password = new Secret(options.get('keyFilePassword') ?? '', `password of ${path}`);
  try {
    return { path, bytes, password, entries: openPkcs12(bytes, password).entries.filter((entry) => entry.hasKey) };
  } catch {
    throw commandException(
      `java.io.IOException: keystore password was incorrect, or ${path} is not a ${type} key store`,
    );
  }
}

const FILE = ['keyFilePath*', 'keyFilePassword*', 'keyFileType*'];

const listKeyFileAliases: Command = {
  options: FILE,
  execute: (_documents, options) => renderLines(openKeyFile(options).entries.map(({ alias }) => alias)),
};

const importCertificate: Command = {
  options: [...STORE, ...FILE, 'certificateAliasFromKeyFile*', 'certificateAlias'],
  execute: (documents, options) => {
    const store = openStoreOption(documents, options);
    const { path, bytes, password, entries } = openKeyFile(options);
    const inFile = options.get('certificateAliasFromKeyFile') ?? '';
    const entry = found(
      entries.find(({ alias }) => alias.toLowerCase() === inFile.toLowerCase()),
      inFile,
      path,
    );
    const alias = aliasOption(options) || inFile.toLowerCase();
    const { key, chain } = extractKey(bytes, password, entry.alias);
    const [leaf] = chain;
    if (leaf === undefined) throw commandException(`The alias "${inFile}" of ${path} has no certificate.`);
    refuseDuplicate(store, alias, leaf);
    const personal = [...store.content.personal, { alias, chain, key: () => key }];
    store.replace({ ...store.content, personal });
    return '';
  },
};

export const keyFileCommands: Commands = { listKeyFileAliases, importCertificate };
