import { expect, test } from 'vitest';
import { clientProperties } from '../../src/operations/client-properties/index.ts';
import { tryStep, startProof } from '../../src/plan/fold.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { severalCells } from '../helpers/several-cells.ts';

const place = { file: 'inventory.yaml', line: 1, column: 1 };
const { inventory, facts } = severalCells(['cellA', 'cellB']);
const ROOT = facts.cells[0]?.deploymentManager.clientSigners ?? [];
const profile = (name: string, calls: readonly string[]) => ({ name, host: name, profile: '/opt/c', calls });
const tools = (calls: readonly string[], clientSigners = ROOT) =>
  makeTopology(
    { ...inventory, toolProfiles: [{ ...profile('adm', calls), check: undefined, place }] },
    {
      ...facts,
      tools: [{ ...profile('adm', calls), clientProtocol: 'SSL_TLS', clientPropertiesSha256: 'aa', clientSigners }],
    },
  );
const ofTools = (topology: ReturnType<typeof tools>) =>
  evaluateLinks(topology).filter(({ from }) => from.endsWith('/adm client tools'));

test('the tools of a profile outside the cells are a required caller of each deployment manager that they call', () => {
  expect(ofTools(tools(['cellA', 'cellB']))).toMatchObject([
    { to: 'cellA/dmgr SOAP_CONNECTOR_ADDRESS', required: true, outcome: 'tls', protocol: 'TLSv1', source: 'inventory' },
    { to: 'cellB/dmgr SOAP_CONNECTOR_ADDRESS', required: true, outcome: 'tls', protocol: 'TLSv1', source: 'inventory' },
  ]);
  expect(ofTools(tools([]))).toEqual([]);
  expect(ofTools(tools(['cellA'], []))).toMatchObject([{ outcome: 'broken' }]);
});

test('a protocol that a deployment manager does not take breaks the link to it, in every cell that is called', () => {
  const topology = tools(['cellA', 'cellB']);
  const target = { kind: 'tool-profile', toolProfile: 'adm', host: 'adm', path: '/opt/c', calls: ['cellA', 'cellB'] };
  const params = clientProperties.parse({ target, with: { protocol: 'TLSv1.2' } });
  const trial = tryStep(startProof(topology), clientProperties.effect(params, { protocol: 'SSL_TLS' }));
  expect(trial.broken.map(({ link }) => link.to)).toEqual([
    'cellA/dmgr SOAP_CONNECTOR_ADDRESS',
    'cellB/dmgr SOAP_CONNECTOR_ADDRESS',
  ]);
});
