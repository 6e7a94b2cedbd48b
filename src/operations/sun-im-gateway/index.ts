// Operation sun-im-gateway: where an XMPP/HTTP gateway connects to, in its httpbind.conf. It does startTLS where it is offered and
// knows no legacy SSL, so it has to leave a multiplexor that gets it. Its web container reads the file when it starts: a script
// of the inventory restarts it, or a person. Source: Instant Messaging 7.2 Administration Guide, chapters 12 and "Gateway".
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import { digestOf } from '../../core/json.ts';
import type { Operation, WriteContext } from '../../core/operation.ts';
import type { ReadShell } from '../../core/shell.ts';
import { renderCommandLine } from '../../template/fill-template.ts';
import { editIim } from '../../products/sun-im/iim-edit.ts';
import { readGateway } from '../../products/sun-im/gateway.ts';
import { runAs } from '../../products/sun-im/look.ts';
import { lookAtProcess } from '../component-process.ts';
import { parseInput } from '../parse-input.ts';
import { readIimFile } from '../read-sun-im.ts';
import { gatewayCallers, type GatewayMembers } from '../sun-im-gateway-model.ts';
import { pidFileOf } from '../sun-im-process.ts';
import { SunImGatewayTarget } from '../targets.ts';

const Wish = z.strictObject({
  /** server: past the multiplexors; client: through them */
  to: z.enum(['server', 'client']),
});

type Params = Omit<z.infer<typeof SunImGatewayTarget>, 'kind'> & { readonly to: 'server' | 'client' };
export type GatewayState = {
  /** profile -> `host:port` in its order; null: written, and not understood */
  readonly targets: Readonly<Record<string, readonly string[] | null>>;
  /** old: its file has changed since it was started; unknown: no process id */
  readonly process: 'old' | 'new' | 'unknown';
};

export const sunImGateway: Operation<Params, GatewayState> = {
  name: 'sun-im-gateway',
  targets: ['sun-im-gateway'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, SunImGatewayTarget, Wish);
    const { kind: _kind, ...own } = target;
    return { ...own, to: wish.to };
  },

  subject: ({ community, gateway }) => `httpbind.conf ${community}/${gateway}`,
  read: async (context, params) => readGatewayState(await context.shell(params.host), params),

  diff(state, params) {
    const after = wantedTargets(state, params);
    const object = `${params.config} on ${params.host}`;
    return [
      ...Object.entries(after)
        .filter(([profile, targets]) => targets?.join() !== state.targets[profile]?.join())
        .map(([profile, targets]) => ({
          object,
          attribute: `${profile}.hosts`,
          before: state.targets[profile]?.join(',') ?? null,
          after: targets?.join(',') ?? null,
        })),
      ...(state.process === 'old'
        ? [{ object, attribute: 'process', before: 'started before its file', after: 'started anew' }]
        : []),
    ];
  },

  predict: (state, params) => ({
    targets: wantedTargets(state, params),
    process: state.process === 'unknown' ? 'unknown' : 'new',
  }),

  effect(params, state) {
    if (sunImGateway.diff(state, params).length === 0) return [];
    const component = `${params.community}/${params.gateway}`;
    const callers = gatewayCallers(wantedTargets(state, params), params.members);
    return [
      { kind: 'component-settings', component, settings: { listeners: {}, callers } },
      { kind: 'component-stopped', component },
      { kind: 'component-started', component },
    ];
  },

  calls: (state, params) =>
    sunImGateway.diff(state, params).length === 0
      ? []
      : [
          ...Object.entries(wantedTargets(state, params)).map(([profile, targets]) => ({
            tool: 'file' as const,
            text: `${params.config}: ${profile}.hosts=${targets?.join(',') ?? ''}`,
          })),
          params.restart === null
            ? { tool: 'person' as const, text: restartMissing(params).hint ?? '' }
            : { tool: 'shell' as const, text: renderCommandLine(restartArgv(params, params.restart)) },
        ],

  /** @throws OperatorError STEP_FAILED, MANUAL_STEP */
  async apply(context, params) {
    const state = await readGatewayState(await context.shell(params.host), params);
    await write(context, params, wantedTargets(state, params), backupOf(context.runId, params));
    await bringIntoForce(context, params);
  },

  async undo(context, params, before) {
    await write(context, params, before.targets, `${backupOf(context.runId, params)}.undo`);
    await bringIntoForce(context, params);
  },

  async tidy(context, params) {
    const shell = await context.shell(params.host);
    for (const backup of [backupOf(context.runId, params), `${backupOf(context.runId, params)}.undo`]) {
      const path = `${params.config}.${backup}`;
      const facts = await shell.fileFacts(path);
      if (facts !== undefined) await shell.removeFile(path, facts.sha256);
    }
  },

  followUps: () => [],
};

const backupOf = (runId: string, { to }: Params): string => `${runId}.${digestOf(to).slice(0, 8)}.bak`;

type Place = Pick<Params, 'config' | 'runtime'>;

export async function readGatewayState(shell: ReadShell, place: Place): Promise<GatewayState> {
  const conf = await readIimFile(shell, place);
  const pidFile = pidFileOf(place, 'gateway');
  const { pid, timeOf } = await lookAtProcess(shell, pidFile, [place.config]);
  const isOld = timeOf(place.config) > timeOf(pidFile);
  return {
    targets: Object.fromEntries(
      readGateway(conf).map(({ name, targets }) => [name, targets?.map(({ host, port }) => `${host}:${port}`) ?? null]),
    ),
    process: pid === null ? 'unknown' : isOld ? 'old' : 'new',
  };
}

/** Every target that is the other port of a known server becomes the wanted one; others stay. */
const wantedTargets = ({ targets }: GatewayState, { members, to }: Params): GatewayState['targets'] =>
  Object.fromEntries(
    Object.entries(targets).map(([profile, list]) => [
      profile,
      list?.map((one) => wantedTarget(one, members, to)) ?? null,
    ]),
  );

function wantedTarget(target: string, members: GatewayMembers, to: 'server' | 'client'): string {
  const other = to === 'server' ? 'client' : 'server';
  const member = members.find((one) => `${one.address}:${one[other]}`.toLowerCase() === target.toLowerCase());
  return member === undefined ? target : `${member.address}:${member[to]}`;
}

async function write(
  context: WriteContext,
  params: Params,
  wanted: GatewayState['targets'],
  backup: string,
): Promise<void> {
  const shell = await context.shell(params.host);
  const conf = await readIimFile(shell, params);
  const edits = readGateway(conf).flatMap(({ name, targets }) => {
    const value = wanted[name]?.join(',');
    const now = targets?.map(({ host, port }) => `${host}:${port}`).join(',');
    return value === undefined || value === now ? [] : [{ key: `${name}.hosts`, value }];
  });
  if (edits.length > 0) await shell.replaceFile(params.config, editIim(conf, edits), backup);
}

const restartArgv = ({ user }: Params, restart: string): readonly string[] => [...runAs(user ?? undefined), restart];

async function bringIntoForce(context: WriteContext, params: Params): Promise<void> {
  const shell = await context.shell(params.host);
  if ((await readGatewayState(shell, params)).process === 'new') return;
  if (params.restart === null) throw restartMissing(params);
  const { exitCode, stderr } = await shell.change({ argv: restartArgv(params, params.restart), timeoutMs: 600_000 });
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  throw new OperatorError(
    'STEP_FAILED',
    `host ${params.host}: ${params.restart} ended with status ${exitCode}: ${said}`,
    {
      hint: 'Restart the web container of the gateway by hand, then run the same command again.',
    },
  );
}

const restartMissing = ({ host, community, gateway, config }: Params): OperatorError =>
  new OperatorError('MANUAL_STEP', `host ${host}: gateway ${community}/${gateway} has not read ${config} yet`, {
    hint: 'Restart the web container of the gateway, then run the same command again; it goes on when its process is newer than the file.',
  });
