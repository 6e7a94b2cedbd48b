// The cell's configuration repository as a deployment manager keeps it, and the workspaces of its administrative sessions.
// The one implementation of AdminTask and AdminConfig in the lab: it edits the true security.xml and the PKCS12 files.
import { callAdminTask } from './admin-task.ts';
import { openDocuments } from './documents.ts';
import { isScriptingException, scriptingException } from './scripting-exception.ts';
import { storeFiles } from './store-file.ts';
import { makeWorkspaceDocuments } from './workspace-documents.ts';
import type { Argument } from './options.ts';

export type RepositoryOptions = {
  /** `<deployment manager's profile>/config` */
  readonly root: string;
  readonly cell: string;
  /** every node of the cell, the deployment manager's too */
  readonly nodes: readonly string[];
};

export interface Repository {
  /** Changes of a workspace are nowhere until it saves them; drop it and they are gone. */
  openWorkspace(): Workspace;
}

export interface Workspace {
  /** One call of a scripting object, for instance AdminTask.listSSLConfigs. Nothing is written but by AdminConfig.save.
   * @throws ScriptingException an Error with javaClass */
  call(object: string, method: string, args: readonly Argument[]): string;
}

export function openRepository({ root, cell, nodes }: RepositoryOptions): Repository {
  return {
    openWorkspace() {
      const documents = openDocuments(root);
      const view = makeWorkspaceDocuments({ documents, files: storeFiles, cell, nodes });
      const adminConfig: Readonly<Record<string, () => string>> = {
        save: () => documents.save(),
        reset: () => documents.reset(),
        hasChanges: () => (documents.changed().length > 0 ? '1' : '0'),
        queryChanges: () => describeChanges(documents.changed()),
      };
      const adminControl: Readonly<Record<string, () => string>> = { getCell: () => cell };
      const execute = (object: string, method: string, args: readonly Argument[]): string => {
        if (object === 'AdminTask') return callAdminTask(view, method, args);
        const methods = object === 'AdminConfig' ? adminConfig : adminControl;
        const known = ['AdminConfig', 'AdminControl'].includes(object) && Object.hasOwn(methods, method);
        const found = known ? methods[method] : undefined;
        if (found === undefined) throw scriptingException(`The lab does not know ${object}.${method}.`);
        return found();
      };
      return {
        call(object, method, args) {
          try {
            return execute(object, method, args);
          } catch (error) {
            if (isScriptingException(error)) throw error;
            // A file that is missing or damaged: the session gets an exception, the deployment manager goes on.
            throw scriptingException(error instanceof Error ? error.message : String(error));
          }
        },
      };
    },
  };
}

/** Form as in public material about AdminConfig.queryChanges. */
const describeChanges = (documents: readonly string[]): string =>
  documents.length === 0
    ? 'WASX7241I: There are no unsaved changes in this workspace.'
    : ['WASX7146I: The following configuration files contain unsaved changes:', ...documents].join('\n');
