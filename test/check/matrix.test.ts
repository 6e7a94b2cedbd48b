// The trust pre-flight on a cell with eight deliberate defects: each at its pair, with its code, and nothing else.
import { describe, expect, test } from 'vitest';
import { checkTrust, judgeTopology } from '../../src/check/index.ts';
import type { TrustCheck } from '../../src/check/types.ts';
import { renderCheck } from '../../src/cli/check-text.ts';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { ACME_CHAIN, importCertificate, override, restart, sametimeCell, sync } from '../helpers/topology-cell.ts';
import { AT, cellWithDefects, EXPECTED } from './defects.ts';

const WHEN = { at: AT, soonDays: 30 };
const findingsOf = ({ pairs }: TrustCheck) =>
  Object.fromEntries(
    pairs
      .filter(({ findings }) => findings.length > 0)
      .map(({ id, findings }) => [id, findings.map(({ severity, code }) => `${severity} ${code}`).join(', ')]),
  );

describe('the matrix', () => {
  const result = checkTrust({ ...cellWithDefects(), steps: [], ...WHEN });

  test('eight defects: each at the right pair, with the right code, and nothing else', () => {
    expect(findingsOf(result)).toEqual(EXPECTED);
    expect(Object.keys(EXPECTED)).toHaveLength(8);
    expect([result.failing, result.warnings]).toEqual([8, 0]);
    expect(result.pairs.length).toBeGreaterThan(35);
  });

  test('all other pairs are ok, or not checked because what the clients trust is not known', () => {
    const others = result.pairs.filter(({ id }) => EXPECTED[id] === undefined);
    const unknown = others.filter(({ verdict }) => verdict !== 'ok');
    expect(unknown.every(({ verdict }) => verdict === 'not-checked')).toBe(true);
    expect(unknown.every(({ from }) => /^(client (browser|mobile|rich-client)|recording of)/.test(from))).toBe(true);
  });

  test.each(Object.keys(EXPECTED))('when its listener is mended, only the finding of %s goes', (pair) => {
    const [, to = ''] = pair.split(' -> ');
    const [, node, server, endpoint] = /^stCell\/(\w+)\/(\w+) (\w+)$/.exec(to) ?? [];
    const own = `(cell):stCell:(node):${node}:(server):${server}:(endpoint):${endpoint}`;
    const isMutual = pair.includes('stmNode/nodeagent');
    const scope = isMutual ? '(cell):stCell:(node):stmNode:(server):nodeagent' : own;
    const mended = checkTrust({ ...cellWithDefects((candidate) => candidate === scope), steps: [], ...WHEN });
    const { [pair]: gone, ...rest } = EXPECTED;
    expect(gone).toBeDefined();
    expect(findingsOf(mended)).toEqual(rest);
  });

  test('the text tells every failing pair once, with its reason', () => {
    const text = renderCheck(result, 'as they are now');
    for (const [pair, finding] of Object.entries(EXPECTED)) {
      expect(text).toContain(finding);
      if (finding.startsWith('fails')) expect(text.split(pair)).toHaveLength(2);
    }
    expect(text).toContain('8 required pairs fail');
  });
});

describe('the future', () => {
  const { inventory, facts: whole } = sametimeCell();
  // the certificates of that cell are names without text
  const facts = { ...whole, certificates: [] };
  const start = makeTopology(inventory, facts);
  const future = [
    importCertificate('stpNode'),
    ...override('stpNode', 'was_stpProxy'),
    sync('stpNode'),
    ...restart('stpNode', 'was_stpProxy'),
  ].reduce(applyChange, start);

  test('what a listener will show is judged, not what it shows now', () => {
    const trustOf = (state: typeof start) =>
      judgeTopology(state, { facts, ...WHEN })
        .pairs.filter(({ findings }) =>
          findings.some(({ code }) => code === 'TRUST_MISSING' || code === 'CHAIN_INCOMPLETE'),
        )
        .map(({ to }) => to);
    expect(trustOf(start)).toEqual([]);
    expect(new Set(trustOf(future))).toEqual(
      new Set([
        'stCell/stpNode/was_stpProxy SOAP_CONNECTOR_ADDRESS',
        'stCell/stpNode/was_stpProxy OVERLAY_TCP_LISTENER_ADDRESS',
      ]),
    );
  });

  test('uses are found by fingerprint, now and then', () => {
    const uses = judgeTopology(future, { facts, ...WHEN }).uses;
    const acme = uses.find(({ sha1 }) => sha1 === ACME_CHAIN[0]);
    expect(acme?.shownNow).toEqual([]);
    expect(acme?.shownThen).toHaveLength(3);
  });
});

test('what a population trusts is part of the proof: the same listener is broken for it, and only for it', () => {
  const { inventory, facts } = cellWithDefects();
  const [client] = facts.clients ?? [];
  if (client === undefined) throw new Error('no client');
  const broken = (clients: NonNullable<typeof facts.clients>) =>
    evaluateLinks(makeTopology(inventory, { ...facts, clients }))
      .filter(({ from, reason }) => from.startsWith('client ') && reason.includes('which is not in the trusts file of'))
      .map(({ id }) => id);
  expect(broken([client])).toEqual([]);
  expect(broken([])).toEqual([]);
  expect(broken([{ ...client, roots: client.roots.slice(0, 1) }])).toEqual([
    'client av-client -> stCell/sipNode/STSIPProxyRegistrar SIP_DEFAULTHOST_SECURE',
  ]);
});
