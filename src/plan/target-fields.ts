// What an operation needs to know of its target beyond its name: hosts, profiles, ports. Taken from inventory and facts.
import { OperatorError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Target } from '../core/operation.ts';
import type { Facts } from '../facts/types.ts';
import type { Inventory } from '../inventory/types.ts';
import { fieldsOfCommunity, isCommunityTarget } from './community-fields.ts';

export type TargetFields = { readonly host: string; readonly fields: JsonObject };

export function fieldsOf(target: Target, inventory: Inventory, facts: Facts): TargetFields {
  if (isCommunityTarget(target)) return fieldsOfCommunity(target, inventory, facts);
  if (target.kind === 'database') return fieldsOfDatabase(target.database, inventory);
  if (target.kind === 'tool-profile') return { host: target.host, fields: {} };
  const cell = found(inventory.cells, target.cell, 'cell');
  const { host: dmgrHost, profile: dmgrProfile, node: dmgrNode } = cell.deploymentManager;
  const soap = soapOf(target.cell, facts);
  const shared = {
    dmgrHost,
    dmgrProfile,
    dmgrNode,
    dmgrSoapPort: soap.port,
    dmgrAddress: soap.address,
    serverTimeoutMs: cell.serverTimeoutMs,
  };
  if (target.kind === 'cell') return { host: dmgrHost, fields: shared };
  if (target.kind === 'profile') return { host: target.host, fields: shared };
  const { host, profile } = found(cell.nodes, target.node, 'node');
  // The configuration is written at the deployment manager, whatever node it is about.
  return { host: dmgrHost, fields: { ...shared, host, profile } };
}

function fieldsOfDatabase(name: string, inventory: Inventory): TargetFields {
  const { host, command, database: databaseName, serverId, readBy } = found(inventory.databases, name, 'database');
  return { host, fields: { command, databaseName, serverId, readBy: readBy.map((server) => ({ ...server })) } };
}

const found = <Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  name: string,
  word: string,
): Entry => {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new OperatorError('INPUT_UNKNOWN_NAME', `unknown ${word} ${name}`);
  return entry;
};

/** Address and port that syncNode and retrieveSigners use. */
export function soapOf(cell: string, facts: Facts): { readonly address: string; readonly port: number } {
  const dmgr = facts.cells.find((candidate) => candidate.cell === cell)?.deploymentManager;
  const entry = dmgr?.servers.find(({ type }) => type === 'DEPLOYMENT_MANAGER');
  const port = entry?.endpoints.find(({ name }) => name === 'SOAP_CONNECTOR_ADDRESS')?.port;
  if (dmgr === undefined || port === undefined) {
    const hint = 'Look at the serverindex.xml of the deployment manager node.';
    throw new OperatorError('FACT_UNREADABLE', `cell ${cell}: no SOAP_CONNECTOR_ADDRESS of the deployment manager`, {
      hint,
    });
  }
  return { address: dmgr.address, port };
}
