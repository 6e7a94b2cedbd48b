// The typed view of a workspace's documents that the commands use: security.xml as a document, key stores as entries.
import { OperatorError } from '../../core/errors.ts';
import type { WorkspaceDocuments } from './command.ts';
import type { Documents } from './documents.ts';
import { commandException } from './scripting-exception.ts';
import { parseSecurity, renderSecurity } from './security-document.ts';
import type { SecurityDocument } from './security-document.ts';
import type { StoreFiles } from './store-file.ts';

type Parts = {
  readonly documents: Documents;
  readonly files: StoreFiles;
  readonly cell: string;
  readonly nodes: readonly string[];
};

const CONFIG_ROOT = '${CONFIG_ROOT}/';

/** `${CONFIG_ROOT}/cells/c/key.p12` -> `cells/c/key.p12` */
function documentPath(location: string): string {
  if (location.startsWith(CONFIG_ROOT)) return location.slice(CONFIG_ROOT.length);
  throw commandException(`The key store file ${location} is not part of the configuration repository.`);
}

export function makeWorkspaceDocuments({ documents, files, cell, nodes }: Parts): WorkspaceDocuments {
  const folder = `cells/${cell}`;
  const securityPath = `${folder}/security.xml`;
  let parsed: { readonly bytes: Uint8Array; readonly document: SecurityDocument } | undefined;
  const security = (): SecurityDocument => {
    const bytes = documents.read(securityPath);
    if (bytes === undefined) throw commandException(`${securityPath} does not exist in the master configuration.`);
    if (parsed?.bytes !== bytes) parsed = { bytes, document: parseSecurity(new TextDecoder().decode(bytes)) };
    return parsed.document;
  };
  return {
    cell,
    nodes,
    security,
    setSecurity(document) {
      const bytes = new TextEncoder().encode(renderSecurity(document));
      parsed = { bytes, document };
      documents.write(securityPath, bytes);
    },
    store(location, password) {
      const bytes = documents.read(documentPath(location));
      if (bytes === undefined)
        throw commandException(`java.io.FileNotFoundException: ${location} (No such file or directory)`);
      try {
        return files.open(bytes, password);
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        throw commandException(
          `CWPKI0033E: The keystore located at "${location}" failed to load due to the following error: ${error.message}.`,
        );
      }
    },
    setStore(location, password, content) {
      documents.write(documentPath(location), files.write(content, password));
    },
    text(path) {
      const bytes = documents.read(`${folder}/${path}`);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    now: () => Date.now(),
  };
}
