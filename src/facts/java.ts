// What the Java machines of a profile find when they start: java.security of their Java, arguments in server.xml.
import { OperatorError } from '../core/errors.ts';
import type { Place } from '../core/place.ts';
import type { ReadShell } from '../core/shell.ts';
import {
  disabledVersions,
  parseJavaArguments,
  readDisabledAlgorithms,
  type JavaArguments,
} from '../products/websphere/java-machine.ts';
import {
  javaSecurityBelow,
  javaSecurityFiles,
  javaSecurityOverride,
  serverDocument,
} from '../products/websphere/profile-paths.ts';
import type { ConfigurationFolder } from './replica-stores.ts';
import type { OwnerFacts } from './types.ts';

type Profile = { readonly profile: string; readonly java?: string | undefined; readonly place: Place };

/** @throws OperatorError FACT_UNREADABLE when the inventory names a Java without the file */
export async function readJavaDisabled(
  shell: ReadShell,
  { profile, java, place }: Profile,
): Promise<Pick<OwnerFacts, 'javaDisabled'>> {
  const candidates = java === undefined ? javaSecurityFiles(profile) : [javaSecurityBelow(java)];
  const texts: string[] = [];
  for (const path of candidates) {
    const text = await readText(shell, path);
    if (text !== undefined) texts.push(text);
    if (text !== undefined) break;
  }
  if (java !== undefined && texts.length === 0) {
    const message = `host ${shell.host} has no ${javaSecurityBelow(java)}`;
    const hint =
      'Write under java the home of the Java that runs the profile, for instance /opt/IBM/WebSphere/AppServer/java/8.0/jre.';
    throw new OperatorError('FACT_UNREADABLE', message, { hint, place });
  }
  const override = javaSecurityOverride(profile);
  const overriding = override === undefined ? undefined : await readText(shell, override);
  if (texts.length === 0 && overriding === undefined) return {};
  const list = [...texts, overriding ?? ''].map(readDisabledAlgorithms).findLast((value) => value !== undefined);
  return { javaDisabled: disabledVersions(list ?? '') };
}

const readText = async (shell: ReadShell, path: string): Promise<string | undefined> => {
  const bytes = await shell.readFile(path);
  return bytes && Buffer.from(bytes).toString('latin1');
};

/** A server without the file has no arguments of its own. */
export async function readJavaArguments(
  { shell, root }: ConfigurationFolder,
  cell: string,
  node: string,
  servers: readonly string[],
): Promise<Readonly<Record<string, JavaArguments>>> {
  const found = await Promise.all(
    servers.map(async (server) => {
      const bytes = await shell.readFile(`${root}/${serverDocument(cell, node, server)}`);
      return [server, bytes === undefined ? {} : parseJavaArguments(new TextDecoder().decode(bytes))] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, known]) => Object.keys(known).length > 0));
}
