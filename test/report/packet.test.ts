import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePacket } from '../../src/report/packet/packet.ts';
import { stateGroups } from '../../src/report/packet/matrix.ts';
import { planOf, stepOf } from '../helpers/memory-run.ts';
import { finished, linksOf, planned, planWith, samplePlan } from './sample-plan.ts';

const packet = makePacket(planned);

test('every step has a verification, a stop condition, a backout and a duration', () => {
  for (const { step, verification, stopCondition, backout } of packet.steps) {
    expect(verification.length).toBeGreaterThan(0);
    expect(stopCondition).toMatch(/^The run stops here/);
    expect(backout.length).toBeGreaterThan(10);
    expect(step.expectedSeconds).toBeGreaterThan(0);
  }
  expect(packet.steps.map(({ startsAt }) => startsAt)).toEqual([0, 5, 10, 15, 135, 255, 405, 410]);
});

test('the backout of a restart is another restart, not an old process id', () => {
  const restart = packet.steps.find(({ step }) => step.operation === 'server-restart');
  expect(restart?.backout).toContain('restart c1/n1/px1 once more (about 2 min 30 s');
  expect(restart?.backout).not.toContain('protocol back');
});

test('the short description fits 160 characters whatever the names are', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 400, size: 'max' });
  fc.assert(
    fc.property(name, name, (playbook, confirm) => {
      const plan = planWith({ playbook: { name: playbook, file: 'p', sha256: '' }, confirm });
      const { shortDescription } = makePacket({ ...planned, plan });
      expect(shortDescription.length).toBeLessThanOrEqual(160);
      expect(shortDescription).not.toMatch(/[\r\n]/);
      expect(shortDescription.isWellFormed()).toBe(true);
    }),
  );
});

test('the matrix has every link, and every state in exactly one column', () => {
  const { matrix } = packet;
  expect(matrix.rows.map(({ link }) => link.id)).toEqual(linksOf('TLSv1', 'TLSv1').map(({ id }) => id));
  expect(matrix.groups.map(({ label }) => label)).toEqual(['start to s003', 's004 to s005', 's006 to s008']);
  const browser = matrix.rows.find(({ link }) => link.from === 'client browser');
  expect(browser?.cells.map(({ text, isChanged }) => [text, isChanged])).toEqual([
    ['TLS 1.0', false],
    ['TLS 1.0', false],
    ['TLS 1.2', true],
  ]);
});

test('states are only collapsed when no link differs from the one before', () => {
  const protocols = fc.array(fc.constantFrom('TLSv1', 'TLSv1.2'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(protocols, (row) => {
      const states = row.map((protocol, index) => ({ after: `s${index}`, links: linksOf(protocol, 'TLSv1') }));
      const groups = stateGroups({ ...samplePlan, states });
      const expanded = groups.flatMap(({ first, last, links }) =>
        Array.from({ length: last - first + 1 }, () => links[0]?.protocol),
      );
      expect(expanded).toEqual(row);
      expect(groups).toHaveLength(row.filter((protocol, index) => protocol !== row[index - 1]).length);
    }),
  );
});

test('a setting that two steps change is one item, from its first value to its last', () => {
  expect(packet.items.find(({ attribute }) => attribute === 'protocol')).toMatchObject({
    current: 'SSL_TLS',
    target: 'TLSv1.2',
    steps: ['s001', 's007'],
  });
  expect(packet.modes.find(({ component }) => component === 'c1/n1/px1')).toEqual({
    host: 'h1',
    component: 'c1/n1/px1',
    kind: 'WebSphere proxy',
    current: 'callers get TLS 1.0',
    target: 'callers get TLS 1.2; accepts TLS 1.2',
    restarts: 2,
  });
});

test('the risk is the sum of its factors, and an unsafe plan is high', () => {
  const sum = packet.risk.factors.reduce((total, { points }) => total + points, 0);
  expect([packet.risk.points, packet.risk.risk]).toEqual([sum, 'Moderate']);
  const [link] = linksOf('TLSv1', 'TLSv1');
  if (link === undefined) throw new Error('the sample has links');
  const counterexamples = [{ after: 's001', link, explanation: 'x breaks' }];
  const unsafe = makePacket({ ...planned, plan: planWith({ proof: { safe: false, counterexamples } }) });
  expect(unsafe.risk.risk).toBe('High');
});

test('the practical point of no return is the first step after which a port refuses what it accepted', () => {
  expect(packet.noReturn.at(-1)).toContain('The practical point of no return is s008 (6 min 50 s after the start)');
  expect(packet.noReturn.join()).toContain('Before s006 (4 min 15 s after the start) going back costs users nothing');
});

test('the test plan has negative cases before and after, and tries what must be refused', () => {
  const negative = packet.tests.filter(({ isNegative }) => isNegative);
  expect(new Set(negative.map(({ when }) => when))).toEqual(new Set(['before', 'after']));
  expect(negative.map(({ expected }) => expected)).toContain('hellos that offer only TLS 1.0, 1.1 are refused');
});

test('a plan without steps, links and fingerprints still makes a packet', () => {
  const empty = makePacket({ ...planned, plan: { ...planOf([]), states: [] } });
  expect(empty.what).toContain('Nothing');
  expect(empty.risk.risk).toBe('Low');
  expect(makePacket({ ...planned, plan: planOf([stepOf(1, 'a', null, '1')]) }).steps).toHaveLength(1);
});

test('before a run there is no result, after it there is one', () => {
  expect(packet.result).toBeUndefined();
  expect(makePacket(finished).result?.comparison).toEqual({
    compared: { steps: 7, ports: 1, links: 8 },
    deviations: [],
    notChecked: [
      {
        where: 'step s003',
        predicted: 'Recording uses TLS 1.2 (meetings)',
        because: 'nobody outside can see which version recording uses',
      },
    ],
  });
});
