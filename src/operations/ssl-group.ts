// SSL configuration groups: who uses which SSL configuration and which certificate alias. Read from the saved security.xml,
// whose form is known from public files; what AdminTask prints for a group names its configuration by an id only.
import { OperatorError } from '../core/errors.ts';
import type { ReadContext } from '../core/operation.ts';
import type { Direction } from '../core/topology-change.ts';
import { configRoot, securityDocument } from '../products/websphere/profile-paths.ts';
import { parseScope } from '../products/websphere/scopes.ts';
import type { SecurityModel } from '../products/websphere/security-model.ts';
import { parseSecurityXml } from '../products/websphere/security-xml.ts';
import type { Store } from './store.ts';
import type { AdminTaskCall } from './wsadmin-call.ts';

export type Group = {
  readonly name: string;
  readonly configuration: string;
  readonly configurationScope: string;
  readonly certificateAlias: string;
};

type Master = { readonly cell: string; readonly dmgrHost: string; readonly dmgrProfile: string };

export async function readSecurity(
  context: ReadContext,
  { cell, dmgrHost, dmgrProfile }: Master,
): Promise<SecurityModel> {
  const path = `${configRoot(dmgrProfile)}/${securityDocument(cell)}`;
  const bytes = await (await context.shell(dmgrHost)).readFile(path);
  if (bytes !== undefined) return parseSecurityXml(new TextDecoder().decode(bytes), { host: dmgrHost, path });
  const hint = 'Compare the profile of the deployment manager in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${dmgrHost} has no ${path}`, { hint });
}

export function storeAt(name: string, scope: string): Store {
  const { cell, node } = parseScope(scope);
  return { cell, node: node ?? null, name };
}

export const setGroupCall = (
  scope: string,
  direction: Direction,
  group: Group,
  verb: 'create' | 'modify',
): AdminTaskCall => ({
  task: `${verb}SSLConfigGroup`,
  options: {
    name: group.name,
    direction,
    scopeName: scope,
    certificateAlias: group.certificateAlias,
    sslConfigAliasName: group.configuration,
    sslConfigScopeName: group.configurationScope,
  },
});
