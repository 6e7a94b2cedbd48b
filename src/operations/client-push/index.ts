// Operation client-push: tells rich clients to connect with TLS, by the two files of an update site. Clients fetch
// managed-community-configs.xml when they log in; plugin_customization.ini reaches new users only. Source: HCL Sametime
// 12.0.1, "Managed community configurations"; not tried on a client, see products/sametime/community-config.ts.
import { z } from 'zod';
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/json.ts';
import type { Operation, ReadContext } from '../../core/operation.ts';
import type { TopologyChange } from '../../core/topology-change.ts';
import type { WriteShell } from '../../core/shell.ts';
import { CONNECTION_SPELLINGS } from '../../products/sametime/community-config.ts';
import { parseInput } from '../parse-input.ts';
import { PopulationTarget } from '../targets.ts';
import { foreignCommunities, renderFiles, type Params } from './site-files.ts';

const Wish = z.strictObject({
  host: z.string().min(1),
  /** folder of the update site on that host */
  path: z.string().regex(/^\/.+[^/]$/u, 'not an absolute path of a folder'),
  /** host name that clients connect to -> as they know the community; default: the host name */
  ids: z.record(z.string(), z.string().min(1)).default({}),
  /** the vendor's pages contradict each other */
  spelling: z.enum(Object.keys(CONNECTION_SPELLINGS) as ['nested', 'attribute']).default('nested'),
});

/** Digests of the files as they are and as they should be; foreign: communities that the file there tells clients of */
type State = {
  readonly now: Readonly<Record<string, string | null>>;
  readonly wanted: Readonly<Record<string, string>>;
  readonly foreign: readonly string[];
};

export const clientPush: Operation<Params, State> = {
  name: 'client-push',
  targets: ['population'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, PopulationTarget, Wish);
    const addresses = new Map(target.communities.map(({ host, port }) => [`${host}:${port}`, { host, port }]));
    if (addresses.size === 0) {
      const what = `client ${target.client} connects to no client port of a community`;
      throw new OperatorError('INPUT_VALUE', what, {
        hint: 'Name the ports in its connects: community/server/client.',
      });
    }
    return {
      client: target.client,
      offers: target.offers,
      host: wish.host,
      path: wish.path,
      spelling: wish.spelling,
      communities: [...addresses.values()].map(({ host, port }) => ({ id: wish.ids[host] ?? host, host, port })),
    };
  },

  subject: (params) => `update site ${params.path} on ${params.host}`,
  read: (context, params) => readSite(context, params),

  /** @throws OperatorError POLICY_REFUSED when the update site tells clients of other communities, too */
  diff({ now, wanted, foreign }, params) {
    const changes = Object.entries(wanted).map(([path, after]): Change => ({
      object: `${path} on ${params.host}`,
      attribute: 'sha256',
      before: now[path] ?? null,
      after,
    }));
    const open = changes.filter(({ before, after }) => before !== after);
    if (open.length === 0 || foreign.length === 0) return open;
    const what = `host ${params.host}: the update site ${params.path} also manages ${foreign.join(', ')}`;
    const hint = 'Add the community of this push to the file by hand, or use an update site of its own.';
    throw new OperatorError('POLICY_REFUSED', what, { hint });
  },

  predict: (state) => ({ ...state, now: state.wanted }),
  prediction: () => ({
    certainty: 'assumed',
    because: 'clients fetch the file when they log in and use it after their next start, which nobody here sees',
  }),

  effect: (params, state) => (isDone(state) ? [] : effectOf(params)),
  establishes: (params) => effectOf(params),

  calls: (state, params) =>
    Object.keys(state.wanted)
      .filter((path) => state.now[path] !== state.wanted[path])
      .map((path) => ({ tool: 'file', text: `${path} on ${params.host}: connection type tls-direct, restart` })),

  async apply(context, params) {
    const shell = await context.shell(params.host);
    for (const [path, { before, after }] of Object.entries(await renderFiles(shell, params))) {
      if (before === undefined) await shell.createFile(path, Buffer.from(after), params.path, '0644');
      else if (before !== after) await shell.replaceFile(path, Buffer.from(after), `${context.runId}.bak`);
    }
  },

  async undo(context, params, before) {
    const shell = await context.shell(params.host);
    for (const [path, wanted] of Object.entries(before.wanted)) {
      const old = before.now[path] ?? null;
      const found = (await shell.fileFacts(path))?.sha256 ?? null;
      if (found === old) continue;
      if (found !== wanted) throw changedSince(path, params);
      if (old === null) await shell.removeFile(path, wanted);
      else await restore(shell, path, `${context.runId}.bak`, context.runId);
    }
  },

  followUps: () => [],
};

const isDone = ({ now, wanted }: State): boolean => Object.keys(wanted).every((path) => now[path] === wanted[path]);

async function readSite(context: ReadContext, params: Params): Promise<State> {
  const files = Object.entries(await renderFiles(await context.shell(params.host), params));
  return {
    now: Object.fromEntries(files.map(([path, { before }]) => [path, before === undefined ? null : sha256Hex(before)])),
    wanted: Object.fromEntries(files.map(([path, { after }]) => [path, sha256Hex(after)])),
    foreign: files.flatMap(([path, { before }]) => foreignCommunities(path, before, params)),
  };
}

async function restore(shell: WriteShell, path: string, backup: string, runId: string): Promise<void> {
  const bytes = await shell.readFile(`${path}.${backup}`);
  if (bytes !== undefined) return await shell.replaceFile(path, bytes, `${runId}.undo.bak`);
  throw new OperatorError('STEP_FAILED', `host ${shell.host} has no ${path}.${backup}`, {
    hint: 'Put a saved copy of the file in place by hand.',
  });
}

const changedSince = (path: string, { host }: Params): OperatorError =>
  new OperatorError('STEP_FAILED', `host ${host}: ${path} has changed since the run wrote it`, {
    hint: 'Compare it with the backup beside it and put the right one in place by hand.',
  });

/** TLS becomes possible for them; those that have not started since still come without. */
const effectOf = ({ client, offers, path }: Params): readonly TopologyChange[] => [
  {
    kind: 'population-settings',
    client,
    caller: {
      clear: true,
      protocols: offers,
      trusts: null,
      trustedNames: [],
      personal: [],
      because: `${path} tells them to use TLS`,
    },
  },
];
