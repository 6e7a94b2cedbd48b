// Codes of planning and running that need no world but one in memory.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/json.ts';
import { openJournal } from '../../../src/journal/journal.ts';
import { operationNamed } from '../../../src/operations/index.ts';
import { openWorld } from '../../../src/run/context.ts';
import { executePlan } from '../../../src/run/execute.ts';
import { makeCommunityWorld } from '../../helpers/community-world.ts';
import { makeFakeWorld, NODE, startModel, TARGETS } from '../../helpers/fake-world.ts';
import { makeWorld, memoryContext, planOf, stepOf } from '../../helpers/memory-run.ts';
import type { Trouble, Troubles } from './remedy.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'strictstep-remedy-'));

/** A run of one step in memory that something is wrong with. */
function run(
  spoil: (world: ReturnType<typeof makeWorld>) => void,
  mend: (world: ReturnType<typeof makeWorld>) => void,
): Trouble {
  const world = makeWorld();
  const folder = newFolder();
  spoil(world);
  return {
    act: async () => {
      await using journal = await openJournal(join(folder, 'journal.jsonl'));
      const now = (): Date => new Date(0);
      await executePlan(planOf([stepOf(1, 'a', null, '1')]), {
        context: memoryContext(world),
        journal,
        now,
        emit: () => undefined,
        isHoldRequested: () => false,
      });
    },
    remedy: () => mend(world),
  };
}

/** Reading an object of the fake cell, which is wrong and then mended. */
function reading(
  kind: string,
  target: JsonObject,
  wish: JsonObject,
  world: { current: ReturnType<typeof makeFakeWorld> },
) {
  const operation = operationNamed(kind);
  const params = operation.parse({ target, with: wish });
  return async () => operation.diff(await operation.read(world.current.context(), params), params);
}

export const RUN_TROUBLES: Troubles = {
  DRIFT: () =>
    run(
      ({ values }) => values.set('a', 'theirs'),
      ({ values }) => values.delete('a'),
    ),
  STEP_FAILED: () =>
    run(
      (world) => {
        world.afterWrite = (name) => void world.values.set(name, 'not taken');
      },
      (world) => {
        world.afterWrite = () => undefined;
        world.values.delete('a');
      },
    ),
  HELD: async () => {
    const controller = new AbortController();
    controller.abort();
    const state = { signal: controller.signal };
    const empty = { hosts: [], cells: [], databases: [], credentials: [], file: 'inventory.yaml' };
    return {
      act: async () => {
        const inventory = empty as unknown as Parameters<typeof openWorld>[0]['inventory'];
        await using world = openWorld({ inventory, certificates: new Map(), logins: new Map(), ...state });
        await world.writer('run-1').pause(1);
      },
      // The same command once more.
      remedy: () => {
        state.signal = new AbortController().signal;
      },
    };
  },
  POLICY_REFUSED: () => {
    const world = { current: makeFakeWorld({ ...startModel(), fips: true }) };
    const wish = { configuration: 'NodeDefaultSSLSettings', protocol: 'TLSv1.2' };
    return {
      act: reading('quality-of-protection', TARGETS.node, wish, world),
      remedy: () => {
        world.current = makeFakeWorld();
      },
    };
  },
  FACT_UNREADABLE: () => {
    const world = { current: makeFakeWorld() };
    const path = `${NODE}/properties/ssl.client.props`;
    const text = world.current.hosts.stp.text(path) ?? '';
    world.current.hosts.stp.files.delete(path);
    return {
      act: reading('client-properties', TARGETS.profile, { protocol: 'TLSv1.2' }, world),
      remedy: () => world.current.hosts.stp.write(path, text),
    };
  },
  MANUAL_STEP: () => {
    const world = makeCommunityWorld('[Config]\n');
    const line = (how: string): string =>
      `I Session 01/Mar, 10:00:00 application proxy at 10.1.1.9 logged in on the server port, ${how}\n`;
    const member = {
      name: 'st1',
      host: 'st1',
      address: '127.0.0.1',
      log: `${world.data}/sametime.log`,
      serverPort: 1,
      clientPort: 1,
    };
    const operation = operationNamed('manual-step');
    const params = operation.parse({
      target: {
        kind: 'neighbour',
        community: 'c',
        neighbour: 'proxy',
        neighbourKind: 'sametime-proxy',
        owner: 'Web team',
        proxyInfo: null,
        members: [member],
        connects: ['st1'],
      },
      with: {
        instruction: 'Switch the proxy to TLS.',
        becomes: { offers: ['TLSv1.2'], trusts: ['messaging'] },
        checks: [{ kind: 'tls-session' }],
      },
    });
    world.write('sametime.log', line('legacy'));
    return {
      act: () => operation.apply(world.context(), params),
      remedy: () => world.write('sametime.log', line('legacy') + line('TLSv1.2')),
      end: () => world[Symbol.asyncDispose](),
    };
  },
};
