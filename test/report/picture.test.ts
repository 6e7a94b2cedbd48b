import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/plan/types.ts';
import { pictureOf, type Picture } from '../../src/report/picture/picture.ts';
import { measuredTimeline, plannedTimeline } from '../../src/report/timeline/lanes.ts';
import { makePacket } from '../../src/report/packet/packet.ts';
import { finished, planned, planWith, sampleEvidence, samplePlan } from './sample-plan.ts';

type Node = { readonly proxies: number; readonly servers: number };

/** Links as every cell has them, for cells of any size. */
function planOfCells(cells: readonly (readonly Node[])[]): Plan {
  const pairs = cells.flatMap((nodes, c) => {
    const dmgr = `c${c}/dmgr`;
    const members = nodes.flatMap(({ proxies, servers }, n) => {
      const node = `c${c}/n${n}`;
      const inside = [
        ...Array.from({ length: proxies }, (_, i) => `${node}/px${i}`),
        ...Array.from({ length: servers }, (_, i) => `${node}/as${i}`),
      ];
      const [first] = inside;
      return [
        [`${node}/nodeagent`, `${dmgr} SOAP`],
        [dmgr, `${node}/nodeagent SOAP`],
        [`${node} client tools`, `${dmgr} SOAP`],
        [`${node} client tools`, `${node}/nodeagent SOAP`],
        ...inside.flatMap((server) => [
          [server, `${node}/nodeagent SOAP`],
          [`${node} client tools`, `${server} SOAP`],
          [`client u${n}`, `${server} ${server.includes('/px') ? 'PROXY_HTTPS' : 'HTTPS'}`],
        ]),
        ...(first === undefined ? [] : [['client all', `${first} ${first.includes('/px') ? 'PROXY_HTTPS' : 'HTTPS'}`]]),
      ];
    });
    return [[`${dmgr} client tools`, `${dmgr} SOAP`], ...members];
  });
  const links = pairs.map(([from = '', to = '']) => ({
    id: `${from} -> ${to}`,
    from,
    to,
    required: true,
    outcome: 'tls' as const,
    protocol: 'TLSv1' as const,
    reason: '',
    source: 'fact' as const,
  }));
  return planWith({ steps: [], states: [{ after: 'start', links }] });
}

const cells = fc.array(
  fc.array(fc.record({ proxies: fc.nat(2), servers: fc.nat(3) }), { minLength: 1, maxLength: 4 }),
  { minLength: 1, maxLength: 3 },
);

type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const isOverlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const overlapsOf = (rectangles: readonly Rectangle[]): number =>
  rectangles.flatMap((a, i) => rectangles.slice(i + 1).filter((b) => isOverlap(a, b))).length;

const labelsOf = ({ edges }: Picture): readonly Rectangle[] =>
  edges.map(({ wire, looks }) => {
    const width = (looks[0]?.label.length ?? 0) * 6.4 + 12;
    return { x: wire.labelX - width / 2, y: wire.labelY - 8.5, width, height: 17 };
  });

test('no box lies on another and all are inside the picture, for cells of any shape', () => {
  fc.assert(
    fc.property(cells, (shape) => {
      const { grid, components } = pictureOf(planOfCells(shape), undefined);
      expect(grid.boxes).toHaveLength(components.length);
      expect(overlapsOf(grid.boxes)).toBe(0);
      for (const { x, y, width, height } of grid.boxes) {
        expect(width).toBeGreaterThan(0);
        expect([x >= 0, y >= 0, x + width <= grid.width, y + height <= grid.height]).toEqual([true, true, true, true]);
      }
    }),
    { numRuns: 60 },
  );
});

test('every link is in exactly one line', () => {
  fc.assert(
    fc.property(cells, (shape) => {
      const plan = planOfCells(shape);
      const drawn = pictureOf(plan, undefined).edges.flatMap(({ links }) => links);
      expect(drawn.toSorted()).toEqual((plan.states[0]?.links ?? []).map(({ id }) => id).toSorted());
    }),
    { numRuns: 40 },
  );
});

test('in a cell of the usual shape no label lies on another', () => {
  const usual = planOfCells([
    [
      { proxies: 1, servers: 1 },
      { proxies: 1, servers: 1 },
      { proxies: 0, servers: 1 },
    ],
  ]);
  expect(overlapsOf(labelsOf(pictureOf(usual, undefined)))).toBe(0);
  expect(overlapsOf(labelsOf(pictureOf(samplePlan, undefined)))).toBe(0);
});

test('names that are no WebSphere name are drawn as well', () => {
  const links = ['a -> b 1', 'b -> c 2', 'mux -> st1:1516'].map((id) => {
    const [from = '', to = ''] = id.split(' -> ');
    return { id, from, to, required: true, outcome: 'broken', protocol: null, reason: 'r', source: 'fact' } as const;
  });
  const picture = pictureOf(planWith({ steps: [], states: [{ after: 'start', links }] }), undefined);
  expect(picture.components).toHaveLength(5);
  expect(picture.edges.map(({ looks }) => looks[0]?.label)).toEqual(['broken', 'broken', 'broken']);
  expect(overlapsOf(picture.grid.boxes)).toBe(0);
});

test('a line shows the worst of its links, a box what is done to it and what it accepts', () => {
  const picture = pictureOf(samplePlan, undefined);
  const proxy = picture.components.findIndex(({ id }) => id === 'c1/n1/px1');
  expect(picture.boxLooks[proxy]?.map(({ tag, accepts }) => `${tag} ${accepts}`.trim())).toEqual([
    ...Array.from({ length: 6 }, () => ''),
    'restarted accepts TLS 1.0, 1.1, 1.2',
    'accepts TLS 1.0, 1.1, 1.2',
    'restarted accepts TLS 1.2',
  ]);
  const measured = pictureOf(samplePlan, sampleEvidence);
  expect(measured.boxLooks[proxy]?.[0]).toEqual({ tag: '', accepts: 'accepts TLS 1.0' });
  expect(picture.captions[0]).toBe('State 0 of 8. Before the first step. 8 links: 8 x TLS 1.0.');
});

test('the timeline has a lane for each process that is restarted, planned and measured', () => {
  const { steps } = makePacket(planned);
  const lanes = plannedTimeline(steps).lanes.map(({ name, bars }) => [name, bars.map(({ label }) => label)]);
  expect(lanes).toEqual([
    ['configuration', ['s001 to s003', 's007']],
    ['c1/dmgr', ['s004']],
    ['c1/n1/nodeagent', ['s005']],
    ['c1/n1/px1', ['s006', 's008']],
  ]);
  const measured = measuredTimeline(steps, makePacket(finished).result?.steps ?? []);
  expect(measured.lanes.at(-1)?.bars.map(({ from, to, kind }) => [from, to, kind])).toEqual([
    [15, 17, 'outage'],
    [21, 23, 'outage'],
  ]);
  expect(measuredTimeline(steps, []).lanes).toEqual([]);
});

test('a server that one step stops and another starts is away from the one to the other', () => {
  const target = { kind: 'server', cell: 'c1', node: 'n1', server: 'px1' } as const;
  const [first, second, third] = samplePlan.steps;
  if (first === undefined || second === undefined || third === undefined) throw new Error('the sample has steps');
  const stopAll = planWith({
    strategy: 'stop-all',
    steps: [
      { ...first, operation: 'server-stop', target, expectedSeconds: 30, userImpactSeconds: 155 },
      second,
      { ...third, operation: 'server-start', target, expectedSeconds: 120 },
    ],
    states: samplePlan.states.slice(0, 4),
  });
  const { steps, what } = makePacket({ ...planned, plan: stopAll });
  const bars = plannedTimeline(steps).lanes.find(({ name }) => name === 'c1/n1/px1')?.bars;
  expect(bars?.map(({ label, from, to, kind }) => [label, from, to, kind])).toEqual([
    ['s001 to s003', 0, 155, 'outage'],
  ]);
  const picture = pictureOf(stopAll, undefined);
  const proxy = picture.components.findIndex(({ id }) => id === 'c1/n1/px1');
  expect(picture.boxLooks[proxy]?.map(({ tag }) => tag)).toEqual(['', 'stopped', 'stopped', 'started']);
  expect(steps.map(({ backout }) => backout)).toEqual([
    expect.stringContaining('Start c1/n1/px1 again'),
    'protocol back to SSL_TLS.',
    expect.stringContaining('Stop c1/n1/px1, back out'),
  ]);
  expect(what).toContain('with all servers down in between');
});
