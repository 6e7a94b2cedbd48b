// Operation client-properties: the protocol of WebSphere's client tools in properties/ssl.client.props of one profile, of
// a cell or outside of all.
// Source: IBM WebSphere 8.5.5, "ssl.client.props client configuration file".
import { z } from 'zod';
import { changesBetween } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import { isEqualJson } from '../../core/json.ts';
import type { Operation } from '../../core/operation.ts';
import type { ReadShell } from '../../core/shell.ts';
import { readClientProperties, setClientProtocol } from '../../products/websphere/client-properties.ts';
import { clientPropertiesFile } from '../../products/websphere/profile-paths.ts';
import { protocolsOf, QOP_VALUES } from '../../products/websphere/qop.ts';
import { parseInput } from '../parse-input.ts';
import { ProfileTarget, ToolProfileTarget } from '../targets.ts';

const Wish = z.strictObject({ protocol: z.string().min(1) });

const Target = z.discriminatedUnion('kind', [ProfileTarget, ToolProfileTarget]);

/** owner: of the profile, as the cells that its tools call know it */
type Params = ({ readonly cell: string } | { readonly calls: readonly string[] }) & {
  readonly owner: string;
  readonly host: string;
  readonly profile: string;
  readonly protocol: string;
};

/** protocol of the active block; null: it has no such line */
type State = { readonly protocol: string | null };

const fileOf = ({ profile }: Params): string => clientPropertiesFile(profile);
const objectOf = (params: Params): string => `${fileOf(params)} on ${params.host}`;

export const clientProperties: Operation<Params, State> = {
  name: 'client-properties',
  targets: ['profile', 'tool-profile'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, Target, Wish);
    const { protocol } = wish;
    if ((protocolsOf(protocol) ?? []).length === 0) {
      const hint = `WebSphere knows ${QOP_VALUES.join(', ')}; SSLv2 and SSLv3 enable nothing usable.`;
      throw new OperatorError('INPUT_VALUE', `with.protocol: ${protocol} is not a usable protocol value`, { hint });
    }
    const { host, path: profile } = target;
    if (target.kind === 'profile') return { cell: target.cell, owner: target.owner, host, profile, protocol };
    return { calls: target.calls, owner: target.toolProfile, host, profile, protocol };
  },

  subject: (params) => objectOf(params),

  async read(context, params) {
    const bytes = await readFile(await context.shell(params.host), params);
    return { protocol: readClientProperties(bytes, { host: params.host, path: fileOf(params) }).protocol };
  },

  diff: (state, params) => changesBetween(objectOf(params), state, { protocol: params.protocol }),
  predict: (_, { protocol }) => ({ protocol }),
  effect: ({ owner, protocol, ...of }) =>
    ('cell' in of ? [of.cell] : of.calls).map((cell) => ({ kind: 'client-protocol', cell, owner, protocol })),

  calls: (state, params) =>
    state.protocol === params.protocol
      ? []
      : [{ tool: 'file', text: `${fileOf(params)}: com.ibm.ssl.protocol=${params.protocol} in the active block` }],

  async apply(context, params) {
    const shell = await context.shell(params.host);
    const source = { host: params.host, path: fileOf(params) };
    const bytes = await readFile(shell, params);
    if (readClientProperties(bytes, source).protocol === params.protocol) return;
    await shell.replaceFile(
      source.path,
      setClientProtocol(bytes, params.protocol, source),
      backupOf(context.runId, params),
    );
  },

  async undo(context, params, before) {
    const shell = await context.shell(params.host);
    const source = { host: params.host, path: fileOf(params) };
    const bytes = await readFile(shell, params);
    const now = { protocol: readClientProperties(bytes, source).protocol };
    if (isEqualJson(now, before)) return;
    const restored =
      before.protocol === null
        ? await withoutLine(shell, params, bytes, backupOf(context.runId, params))
        : setClientProtocol(bytes, before.protocol, source);
    await shell.replaceFile(source.path, restored, `${context.runId}.undo.bak`);
  },

  // Tools read the file at every start; nothing has to be restarted for them.
  followUps: () => [],
};

/** Two phases of one run may change the same file: each keeps a backup of its own. */
const backupOf = (runId: string, { protocol }: Params): string => `${runId}.${protocol.replaceAll(',', '-')}.bak`;

async function readFile(shell: ReadShell, params: Params): Promise<Uint8Array> {
  const bytes = await shell.readFile(fileOf(params));
  if (bytes !== undefined) return bytes;
  const hint = 'Compare the profile path in the inventory with the host.';
  throw new OperatorError('FACT_UNREADABLE', `host ${params.host} has no ${fileOf(params)}`, { hint });
}

/** The editor can set a line but not take it away: the backup is the file without it, if nothing else has changed since. */
async function withoutLine(shell: ReadShell, params: Params, bytes: Uint8Array, backup: string): Promise<Uint8Array> {
  const path = `${fileOf(params)}.${backup}`;
  const old = await shell.readFile(path);
  const source = { host: params.host, path };
  if (old !== undefined && Buffer.compare(setClientProtocol(old, params.protocol, source), bytes) === 0) return old;
  const hint = `Take the line com.ibm.ssl.protocol out of the active block by hand; ${path} is the file before the change.`;
  throw new OperatorError(
    'STEP_FAILED',
    `host ${params.host}: ${fileOf(params)} has changed since the run changed it`,
    { hint },
  );
}
