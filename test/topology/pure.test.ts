// The proof must give the same bytes on every machine at every time: it may not even look at a clock, a random source,
// the disk or the network.
import fs from 'node:fs';
import net from 'node:net';
import { expect, test, vi } from 'vitest';
import { applyChange } from '../../src/topology/apply-change.ts';
import { evaluateChanged, evaluateLinks, explain } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import { sametimeCell, strictPhase, supersetPhase } from '../helpers/topology-cell.ts';

test('the topology uses no clock, no random source, no file and no network', () => {
  const { inventory, facts } = sametimeCell();
  vi.stubGlobal('Date', poison('Date'));
  vi.stubGlobal('performance', { now: poison('performance.now') });
  const spies = [
    vi.spyOn(Math, 'random').mockImplementation(poison('Math.random')),
    vi.spyOn(fs, 'readFileSync').mockImplementation(poison('fs')),
    vi.spyOn(fs, 'openSync').mockImplementation(poison('fs')),
    vi.spyOn(net, 'connect').mockImplementation(poison('net')),
    vi.spyOn(net, 'createConnection').mockImplementation(poison('net')),
  ];
  try {
    expect(() => new Date()).toThrow('Date was used');
    let state = makeTopology(inventory, facts);
    let links = evaluateLinks(state);
    for (const change of [...supersetPhase(), ...strictPhase()]) {
      state = applyChange(state, change);
      links = evaluateChanged(state, links, change);
      const [first] = links;
      if (first !== undefined) explain(first, 's001', state);
    }
    expect(links.length).toBeGreaterThan(0);
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllGlobals();
  }
});

// Not an arrow function: Date is called with new.
const poison = (name: string) =>
  function used() {
    throw new Error(`${name} was used`);
  };
