// Orders that are known to cut a deployment off, as playbooks against the lab: each is refused, with the link, the step and
// both sides, and a playbook that differs only in the order or in the clients holds. Nothing is applied, so one lab serves
// all. Left out: the bad orders of the community server, which strictstep does not know yet, and recording without its row,
// an optional link (test/topology/known-bad-orders.test.ts).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadInputs } from '../../src/cli/inputs.ts';
import { planFrom, refusal } from '../../src/cli/make-plan.ts';
import type { Lab } from '../../src/lab/index.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan } from '../../src/plan/types.ts';
import { strictstep } from '../helpers/cli.ts';
import { digestsBelow } from '../helpers/files.ts';
import { openTestLab } from '../helpers/lab.ts';

const PLAYBOOKS = fileURLToPath(new URL('playbooks/', import.meta.url));
let lab: Lab;

beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

/** The lab's inventory in a deployment that does not have these clients. */
function inventoryWithout(...names: readonly string[]): string {
  const inventory: { clients: Record<string, unknown> } = parse(readFileSync(lab.inventoryFile, 'utf8'));
  for (const name of names) delete inventory.clients[name];
  const file = path.join(lab.dir, `without-${names.join('-')}.yaml`);
  writeFileSync(file, stringify(inventory));
  return file;
}

async function planOf(playbook: string, absent: readonly string[] = []): Promise<Plan> {
  const inventory = absent.length === 0 ? lab.inventoryFile : inventoryWithout(...absent);
  const file = path.join(PLAYBOOKS, `${playbook}.yaml`);
  const inputs = await loadInputs(inventory, existsSync(file) ? file : playbook, new Date());
  return (await planFrom(inputs)).plan;
}

/** `phase: operation target` */
function stepTitle(plan: Plan, id: string): string {
  const step = plan.steps.find((candidate) => candidate.id === id);
  return step === undefined ? id : `${step.phase}: ${step.operation} ${targetName(step.target)}`;
}

type Refused = {
  readonly playbook: string;
  /** clients that the deployment does not have */
  readonly absent?: readonly string[];
  /** the step that the first counterexample names */
  readonly step: string;
  /** links of the counterexamples at that step, the first one first */
  readonly links: readonly string[];
  /** links that later steps break in addition */
  readonly later?: readonly string[];
  /** parts of the message, in this order: both sides, and what would help */
  readonly says: readonly string[];
};

const STP_NODE = '(cell):stCell:(node):stpNode';
const STM_NODE = '(cell):stCell:(node):stmNode';
const SIP_NODE = '(cell):stCell:(node):sipNode';
const STRICT = (scope: string): string =>
  `accepts TLSv1.2 only (SSL configuration NodeDefaultSSLSettings ${scope}, TLSv1.2)`;

const WAS_STP_PROXY = 'stCell/stpNode/was_stpProxy';
const TOOLS = 'stCell/stpNode client tools';
const NOT_IN_STORE = [
  'does not start: alias acme-wild-2026 is not in key store',
  `NodeDefaultKeyStore ${STP_NODE} of SSL configuration NodeDefaultSSLSettings ${STP_NODE}`,
  `import the certificate as acme-wild-2026 into NodeDefaultKeyStore ${STP_NODE} and synchronize before the restart`,
];
/** No port of it opens, and it cannot call either: it has no certificate of that name. */
const NOTHING_STARTS = [
  `client browser -> ${WAS_STP_PROXY} PROXY_HTTPS_ADDRESS`,
  `client mobile -> ${WAS_STP_PROXY} PROXY_HTTPS_ADDRESS`,
  `${TOOLS} -> ${WAS_STP_PROXY} SOAP_CONNECTOR_ADDRESS`,
  `stCell/stpNode/nodeagent -> ${WAS_STP_PROXY} OVERLAY_TCP_LISTENER_ADDRESS`,
  `${WAS_STP_PROXY} -> stCell/stpNode/STProxyServer WC_defaulthost_secure`,
  `${WAS_STP_PROXY} -> stCell/stpNode/nodeagent SOAP_CONNECTOR_ADDRESS`,
];

const REFUSED: readonly Refused[] = [
  {
    playbook: 'sip-strict',
    step: 'sip: server-restart sipNode/STSIPProxyRegistrar',
    links: ['client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE'],
    says: [
      'client av-client offers TLSv1 only (inventory)',
      STRICT(SIP_NODE),
      'keep the listener at a superset such as SSL_TLSv2 as long as client av-client is required',
    ],
  },
  {
    playbook: 'meeting-proxy-strict',
    step: 'strict: server-restart stmNode/was_stmProxy',
    links: ['client rich-client -> stCell/stmNode/was_stmProxy PROXY_HTTPS_ADDRESS'],
    says: [
      'client rich-client offers TLSv1, TLSv1.1 (inventory)',
      STRICT(STM_NODE),
      'as long as client rich-client is required',
    ],
  },
  {
    playbook: 'meeting-server-strict',
    step: 'strict: server-restart stmNode/STMeetingServer',
    links: ['client rich-client -> stCell/stmNode/STMeetingServer WC_defaulthost_secure'],
    says: [
      'client rich-client offers TLSv1, TLSv1.1 (inventory)',
      STRICT(STM_NODE),
      `let SSL configuration NodeDefaultSSLSettings ${STM_NODE} also accept TLSv1, TLSv1.1`,
    ],
  },
  {
    playbook: 'overlay-forgotten',
    step: 'strict: server-restart stpNode/was_stpProxy',
    links: [`stCell/stpNode/nodeagent -> ${WAS_STP_PROXY} OVERLAY_TCP_LISTENER_ADDRESS`],
    says: [
      'stCell/stpNode/nodeagent offers TLSv1 only (SSL configuration XDADefaultSSLSettings (cell):stCell, SSL_TLS)',
      STRICT(STP_NODE),
      'let SSL configuration XDADefaultSSLSettings (cell):stCell also offer TLSv1.2 and synchronize node stpNode first',
    ],
  },
  {
    playbook: 'client-properties-forgotten',
    absent: ['rich-client', 'av-client'],
    step: 'strict: deployment-manager-restart stCell',
    links: ['dmgr', 'sipNode', 'stmNode', 'stpNode'].map(
      (owner) => `stCell/${owner} client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS`,
    ),
    later: [
      ...['sipNode/STSIPProxyRegistrar', 'sipNode/nodeagent'].map(
        (to) => `stCell/sipNode client tools -> stCell/${to}`,
      ),
      ...['STMeetingServer', 'nodeagent', 'was_stmProxy'].map(
        (to) => `stCell/stmNode client tools -> stCell/stmNode/${to}`,
      ),
      ...['STProxyServer', 'nodeagent', 'was_stpProxy'].map((to) => `${TOOLS} -> stCell/stpNode/${to}`),
    ].map((id) => `${id} SOAP_CONNECTOR_ADDRESS`),
    says: [
      'stCell/dmgr client tools offers TLSv1 only (com.ibm.ssl.protocol=SSL_TLS)',
      'accepts TLSv1.2 only (SSL configuration CellDefaultSSLSettings (cell):stCell, TLSv1.2)',
      'set com.ibm.ssl.protocol in ssl.client.props of the profile of stCell/dmgr to offer TLSv1.2 first',
    ],
  },
  {
    playbook: 'client-properties-too-early',
    step: 'tools: client-properties dmgr',
    links: ['stCell/dmgr client tools -> stCell/dmgr SOAP_CONNECTOR_ADDRESS'],
    later: [
      ...['dmgr', 'sipNode/STSIPProxyRegistrar', 'sipNode/nodeagent'].map(
        (to) => `stCell/sipNode client tools -> stCell/${to}`,
      ),
      ...['dmgr', 'stmNode/STMeetingServer', 'stmNode/nodeagent', 'stmNode/was_stmProxy'].map(
        (to) => `stCell/stmNode client tools -> stCell/${to}`,
      ),
      ...['dmgr', 'stpNode/STProxyServer', 'stpNode/nodeagent', 'stpNode/was_stpProxy'].map(
        (to) => `${TOOLS} -> stCell/${to}`,
      ),
    ].map((id) => `${id} SOAP_CONNECTOR_ADDRESS`),
    says: [
      'stCell/dmgr client tools offers TLSv1.2 only (com.ibm.ssl.protocol=TLSv1.2)',
      'stCell/dmgr SOAP_CONNECTOR_ADDRESS accepts TLSv1 only (as probed)',
      'set com.ibm.ssl.protocol in ssl.client.props of the profile of stCell/dmgr to offer TLSv1 first',
    ],
  },
  {
    playbook: 'strict-in-one-go',
    step: 'strict: node-synchronization stpNode',
    links: [
      `${WAS_STP_PROXY} -> stCell/stpNode/STProxyServer WC_defaulthost_secure`,
      `${WAS_STP_PROXY} -> stCell/stpNode/nodeagent SOAP_CONNECTOR_ADDRESS`,
    ],
    later: [
      `${TOOLS} -> ${WAS_STP_PROXY} SOAP_CONNECTOR_ADDRESS`,
      `stCell/stpNode/nodeagent -> ${WAS_STP_PROXY} OVERLAY_TCP_LISTENER_ADDRESS`,
    ],
    says: [
      `${WAS_STP_PROXY} offers TLSv1.2 only (SSL configuration NodeDefaultSSLSettings ${STP_NODE}, TLSv1.2)`,
      'stCell/stpNode/STProxyServer WC_defaulthost_secure accepts TLSv1 only (as probed)',
      `let SSL configuration NodeDefaultSSLSettings ${STP_NODE} also offer TLSv1`,
      'restart stCell/stpNode/STProxyServer with an SSL configuration that accepts TLSv1.2',
    ],
  },
  {
    playbook: 'alias-not-in-key-store',
    step: 'certificate: server-restart stpNode/was_stpProxy',
    links: NOTHING_STARTS,
    says: NOT_IN_STORE,
  },
  {
    playbook: 'alias-imported-too-late',
    step: 'certificate: server-restart stpNode/was_stpProxy',
    links: NOTHING_STARTS,
    says: NOT_IN_STORE,
  },
  {
    playbook: 'signer-missing',
    step: 'certificate: server-restart stpNode/STProxyServer',
    links: [`${WAS_STP_PROXY} -> stCell/stpNode/STProxyServer WC_defaulthost_secure`],
    says: [
      'stCell/stpNode/STProxyServer WC_defaulthost_secure serves a chain (SSL configuration CellDefaultSSLSettings (cell):stCell,',
      'with root CN=Example Trust Root R1',
      `which is not in trust store NodeDefaultTrustStore ${STP_NODE} of ${WAS_STP_PROXY}`,
      `add the root to NodeDefaultTrustStore ${STP_NODE} and synchronize node stpNode first`,
    ],
  },
  {
    playbook: 'client-signers-too-late',
    step: 'certificate: server-restart stmNode/STMeetingServer',
    links: ['stCell/stmNode client tools -> stCell/stmNode/STMeetingServer SOAP_CONNECTOR_ADDRESS'],
    later: ['stCell/stmNode client tools -> stCell/stmNode/was_stmProxy SOAP_CONNECTOR_ADDRESS'],
    says: [
      'with root CN=Example Trust Root R1',
      'which is not in the client trust store of stCell/stmNode client tools',
      'add the root to the client trust store of the profile of stCell/stmNode first',
    ],
  },
];

test.each(REFUSED)('$playbook is refused at $step', async ({ playbook, absent, step, links, later = [], says }) => {
  const plan = await planOf(playbook, absent);
  expect(plan.proof.safe).toBe(false);
  const [first] = plan.proof.counterexamples;
  expect(stepTitle(plan, first?.after ?? '')).toBe(step);
  expect(first?.link).toMatchObject({ required: true, outcome: 'broken', protocol: null });
  const idsAt = (isMeant: (after: string) => boolean): readonly string[] =>
    plan.proof.counterexamples.filter(({ after }) => isMeant(after)).map(({ link }) => link.id);
  expect(idsAt((after) => after === first?.after)).toEqual(links);
  const more = new Set(idsAt((after) => after !== first?.after)).difference(new Set(links));
  expect([...more].toSorted()).toEqual([...later].toSorted());

  const { code, exitCode, message } = refusal(plan);
  expect({ code, exitCode }).toEqual({ code: 'PROOF_REFUSED', exitCode: 4 });
  expect(message).toContain(`after step ${first?.after} the required link ${links[0]} is broken: `);
  const found = says.map((part) => message.indexOf(part));
  expect(found, message).toEqual(found.toSorted((a, b) => a - b));
  expect(found, message).not.toContain(-1);
});

test.each([
  { playbook: 'sametime-tls12', absent: [] },
  { playbook: 'sip-strict', absent: ['av-client'] },
  { playbook: 'meeting-proxy-strict', absent: ['rich-client'] },
])('$playbook holds in a deployment without $absent', async ({ playbook, absent }) => {
  const plan = await planOf(playbook, absent);
  expect(plan.proof).toEqual({ safe: true, counterexamples: [] });
  expect(plan.steps.length).toBeGreaterThan(20);
});

test('every playbook here has a case', () => {
  const files = readdirSync(PLAYBOOKS).map((name) => path.parse(name).name);
  expect(files.toSorted()).toEqual(REFUSED.map(({ playbook }) => playbook).toSorted());
});

test('the command line refuses with exit 4, and the plan it writes for study cannot be applied', async () => {
  const hosts = () => digestsBelow(path.join(lab.dir, 'hosts'), (file) => !/\/logs\/|\.log$/.test(file));
  const before = hosts();
  const [out, state] = [path.join(lab.dir, 'refused.json'), path.join(lab.dir, 'runs')];
  const playbook = path.join(PLAYBOOKS, 'strict-in-one-go.yaml');
  const planned = await strictstep('plan', '--inventory', lab.inventoryFile, '--playbook', playbook, '--out', out);
  expect(planned, planned.stderr).toMatchObject({ exitCode: 4 });
  expect(planned.stderr).toMatch(/^error: PROOF_REFUSED after step s\d{3} the required link /m);
  expect(planned.stderr).toMatch(/^hint: .+\.$/m);
  const applied = await strictstep('apply', out, '--state', state, '--confirm', 'stCell');
  expect(applied, applied.stderr).toMatchObject({ exitCode: 4 });
  expect(applied.stderr).toContain('error: PROOF_REFUSED the plan is not safe: ');
  expect(hosts()).toEqual(before);
});
