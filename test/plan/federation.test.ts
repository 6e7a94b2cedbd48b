// Plans for a federation: one server at a time, links proved in both directions, gateways, legacy SSL, and the checks from outside.
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { makePlan } from '../../src/plan/make.ts';
import { targetName } from '../../src/plan/step-name.ts';
import type { Plan } from '../../src/plan/types.ts';
import { evaluateLinks } from '../../src/topology/evaluate.ts';
import { makeTopology } from '../../src/topology/make-topology.ts';
import {
  federationInventory,
  federationOf,
  federationPlanInput,
  federationText,
  type Federation,
  type ServerSetting,
} from '../helpers/federation.ts';

const shipped = (name: string): string =>
  readFileSync(new URL(`../../playbooks/${name}.yaml`, import.meta.url), 'utf8');
const planOf = (federation: Federation, playbook = shipped('sun-im-strict')): Plan =>
  makePlan(federationPlanInput(federation, playbook));
const outline = ({ steps }: Plan): readonly string[] =>
  steps.map(({ phase, operation, target }) => `${phase} ${operation} ${targetName(target)}`);
const everywhere = (setting: ServerSetting): Readonly<Record<string, ServerSetting>> => ({
  im1: setting,
  im2: setting,
  im3: setting,
});
const outcomes = ({ inventory, facts }: Federation): Readonly<Record<string, string>> =>
  Object.fromEntries(evaluateLinks(makeTopology(inventory, facts)).map(({ id, outcome }) => [id, outcome]));

describe('links', () => {
  test('every pair has one for each direction, the peer too, and a gateway has one for each port it may be pointed at', () => {
    expect(outcomes(federationOf())).toEqual({
      'chat/im1 -> chat/im2 server/one': 'legacy',
      'chat/im1 -> chat/im3 server/one': 'legacy',
      'chat/im1 -> chat/partner server': 'legacy',
      'chat/partner -> chat/im1 server/partner': 'legacy',
      'chat/im2 -> chat/im1 server/two': 'legacy',
      'chat/im2 -> chat/im3 server/two': 'legacy',
      'chat/im3 -> chat/im1 server/three': 'legacy',
      'chat/im3 -> chat/im2 server/three': 'legacy',
      'chat/web -> chat/im1 client': 'legacy',
      'chat/web -> chat/im1 server': 'down',
      'chat/web -> chat/im2 client': 'down',
      'chat/web -> chat/im2 server': 'down',
      'chat/web -> chat/im3 client': 'down',
      'chat/web -> chat/im3 server': 'down',
      'client desk -> chat/im1 client': 'legacy',
      'client desk -> chat/im2 client': 'legacy',
    });
  });

  test('TLS is used where both ends can, and a strict end shuts out the other one in both directions', () => {
    const found = outcomes(federationOf({ im1: { mode: 'strict' }, im2: { mode: 'dynamic' } }));
    expect(found).toMatchObject({
      'chat/im1 -> chat/im2 server/one': 'tls',
      'chat/im2 -> chat/im1 server/two': 'tls',
      'chat/im1 -> chat/im3 server/one': 'broken',
      'chat/im3 -> chat/im1 server/three': 'broken',
      'chat/im2 -> chat/im3 server/two': 'legacy',
      'client desk -> chat/im1 client': 'tls',
    });
  });

  test('behind legacy SSL nobody gets through who does startTLS, and a gateway neither', () => {
    const clients = `  desk: { offers: [TLSv1], connects: [chat/im1/client] }
  ssl: { offers: [SSLv3, TLSv1], connects: [chat/im1/mux] }
`;
    const inventory = federationInventory(federationText({ clients }));
    expect(outcomes(federationOf({ im1: { mode: 'plain', legacySsl: true } }, inventory))).toMatchObject({
      'client desk -> chat/im1 client': 'broken',
      'client ssl -> chat/im1 mux': 'tls',
      'chat/web -> chat/im1 client': 'broken',
      'chat/im2 -> chat/im1 server/two': 'legacy',
    });
    expect(outcomes(federationOf({}, inventory))).toMatchObject({
      'client desk -> chat/im1 client': 'legacy',
      'client ssl -> chat/im1 mux': 'broken',
    });
  });
});

describe('sun-im-strict', () => {
  const plan = planOf(federationOf());

  test('takes one server at a time, its change and its restart, and every state in between is proved', () => {
    expect(plan.proof.counterexamples).toEqual([]);
    expect(plan.confirm).toBe('chat');
    expect(outline(plan)).toEqual([
      ...['im1', 'im2', 'im3'].map((name) => `stores sun-im-stores chat/${name}`),
      ...['dynamic', 'strict-peers', 'strict'].flatMap((phase) =>
        ['im1', 'im2', 'im3'].flatMap((name) => [
          `${phase} sun-im-settings chat/${name}`,
          `${phase} sun-im-restart chat/${name}`,
        ]),
      ),
    ]);
  });

  test('each change is watched by the host itself, and health of the restart ends the watch', () => {
    const [change, restart] = plan.steps.filter(({ phase }) => phase === 'dynamic');
    expect(change?.deadMan).toMatchObject({ id: 'chat-im1', files: ['/etc/im/iim.conf'], seconds: 600 });
    expect(restart?.proves).toBe('chat-im1');
  });

  test('after a restart both ports prove their mode, and pings go to every domain and back that was reached before', () => {
    const last = plan.steps.find(
      ({ phase, operation, target }) =>
        phase === 'strict' && operation === 'sun-im-restart' && targetName(target) === 'chat/im1',
    );
    const checks = last?.healthChecks ?? [];
    expect(
      checks.flatMap((check) => (check.kind === 'stream' ? [[check.service, check.port, check.is, check.domain]] : [])),
    ).toEqual([
      ['client', 5222, 'strict', 'im1.acme.example'],
      ['server', 5269, 'strict', 'im1.acme.example'],
    ]);
    // im3 has no log-in for pings, so it is only asked.
    expect(checks.flatMap((check) => (check.kind === 'ping' ? [`${check.login} ${check.to}`] : []))).toEqual([
      'chat/im1 im2.acme.example',
      'chat/im2 im1.acme.example',
      'chat/im1 im3.acme.example',
      'chat/im1 partner.example',
    ]);
  });

  test('nobody is logged in at a server that offers no TLS', () => {
    const first = plan.steps.find(({ operation }) => operation === 'sun-im-restart');
    const logins = first?.healthChecks.flatMap((check) => (check.kind === 'ping' ? [check.login] : []));
    expect(new Set(logins)).toEqual(new Set(['chat/im1']));
  });

  test('a peer without TLS makes the plan unsafe, with the link and what would help', () => {
    const peers = '      partner: { domain: partner.example, address: 198.51.100.1 }\n';
    const { proof } = planOf(federationOf({}, federationInventory(federationText({ peers }))));
    expect(proof.safe).toBe(false);
    const [first] = proof.counterexamples;
    expect(first?.link.id).toBe('chat/im1 -> chat/partner server');
    expect(first?.explanation).toContain('chat/partner server is legacy (no offers in the inventory)');
    expect(proof.counterexamples.map(({ link }) => link.id)).toContain('chat/partner -> chat/im1 server/partner');
  });

  test('an optional peer without TLS is no reason against it, and is still pinged', () => {
    const peers = '      partner: { domain: partner.example, address: 198.51.100.1, required: false }\n';
    const forced = planOf(federationOf({}, federationInventory(federationText({ peers }))));
    expect(forced.proof.safe).toBe(true);
    const pings = forced.steps
      .filter(({ phase, target }) => phase === 'strict-peers' && targetName(target) === 'chat/im1')
      .flatMap(({ healthChecks }) => healthChecks.flatMap((check) => (check.kind === 'ping' ? [check.to] : [])));
    expect(pings).toContain('partner.example');
  });

  test('clients that cannot do what the product can lock themselves out, and the proof says so', () => {
    const clients = '  new: { offers: [TLSv1.2], connects: [chat/im1/client] }\n';
    const { proof } = planOf(federationOf({}, federationInventory(federationText({ clients }))));
    expect(proof.counterexamples[0]?.link.id).toBe('client new -> chat/im1 client');
  });

  test('where every server is strict already only what is not yet so is planned, and nothing is dynamic in between', () => {
    expect(outline(planOf(federationOf(everywhere({ mode: 'strict', stores: true }))))).toEqual(
      ['im1', 'im2', 'im3'].flatMap((name) => [
        `strict-peers sun-im-settings chat/${name}`,
        `strict-peers sun-im-restart chat/${name}`,
      ]),
    );
  });

  test('a store that does not fit the domain is refused before anything is written', () => {
    const text = federationText().replace('domain: im1.acme.example', 'domain: im1.other.example');
    expect(() => planOf(federationOf({}, federationInventory(text)))).toThrow(
      /chat\/im1 would start and not be able to do TLS: .*im1\.other\.example/,
    );
  });
});

describe('sun-im-legacy-mux', () => {
  const clients = `  desk: { offers: [TLSv1], required: false, connects: [chat/im1/client] }
  ssl: { offers: [SSLv3], required: false, connects: [chat/im1/mux] }
`;
  const inventory = federationInventory(federationText({ clients }));

  test('gateways leave the multiplexors first; the ports are proved with SSL from the first byte', () => {
    const plan = planOf(federationOf({}, inventory), shipped('sun-im-legacy-mux'));
    expect(plan.proof.counterexamples).toEqual([]);
    expect(outline(plan)).toEqual([
      ...['im1', 'im2', 'im3'].map((name) => `stores sun-im-stores chat/${name}`),
      'gateways sun-im-gateway chat/web',
      ...['im1', 'im2', 'im3'].flatMap((name) => [
        `legacy-ssl sun-im-settings chat/${name}`,
        `legacy-ssl sun-im-restart chat/${name}`,
      ]),
    ]);
    const checks = plan.steps.at(-1)?.healthChecks ?? [];
    expect(checks).toContainEqual(
      expect.objectContaining({ kind: 'listener', port: 5222, accepts: ['SSLv3'] }) as unknown,
    );
  });

  test('a gateway that stays at the multiplexor makes the plan unsafe', () => {
    const without = shipped('sun-im-legacy-mux').replace(
      / {2}# Before the multiplexors change[\s\S]*?(?= {2}# From here on)/u,
      '',
    );
    const { proof } = planOf(federationOf({}, inventory), without);
    expect(proof.counterexamples.map(({ link }) => link.id)).toEqual(['chat/web -> chat/im1 client']);
  });

  test('a server that requires TLS does not get legacy SSL', () => {
    const strict = federationOf(everywhere({ mode: 'strict' }), inventory);
    expect(() => planOf(strict, shipped('sun-im-legacy-mux'))).toThrow(/does not go with iim_server\.requiressl=true/);
  });
});
