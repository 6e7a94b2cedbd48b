// Operation sun-im-settings: startTLS of a Sun Instant Messaging server and legacy SSL of its multiplexor, in iim.conf.
// Source: Instant Messaging 7.2 Administration Guide, chapter 12; see products/sun-im.
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation, WriteContext } from '../../core/operation.ts';
import { digestOf } from '../../core/json.ts';
import { editIim } from '../../products/sun-im/iim-edit.ts';
import { iimValuesOf, readIimFile, readSunIm } from '../read-sun-im.ts';
import { modelOf, objectionsTo } from '../sun-im-model.ts';
import { restartCommands } from '../sun-im-process.ts';
import { componentOf, deadManId, subjectOf } from '../sun-im-server.ts';
import type { SunImState } from '../sun-im-state.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { editsBetween, wantedState } from './wanted-values.ts';

export const sunImSettings: Operation<Params, SunImState> = {
  name: 'sun-im-settings',
  targets: ['sun-im-server'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => subjectOf(params),
  read: (context, params) => readSunIm(context, params),

  /** @throws OperatorError POLICY_REFUSED when server or multiplexor could not do what is asked for */
  diff(state, params) {
    const changes = changesOf(state, params);
    if (changes.length > 0) refuseUnusable(state, params);
    return changes;
  },

  predict: (state, params) => wantedState(state, params),

  effect(params, state) {
    if (changesOf(state, params).length === 0) return [];
    const settings = modelOf(wantedState(state, params), params);
    return [{ kind: 'component-settings', component: componentOf(params), settings }];
  },

  calls: (state, params) =>
    changesOf(state, params).map(({ attribute, after }) => ({
      tool: 'file',
      text: after === null ? `${params.config}: without ${attribute}` : `${params.config}: ${attribute}=${after}`,
    })),

  /** @throws OperatorError STEP_FAILED, POLICY_REFUSED */
  async apply(context, params) {
    const state = await readSunIm(context, params);
    await writeValues(context, params, wantedState(state, params).values, backupOf(context.runId, params));
  },

  undo: (context, params, before) => takeBack(context, params, before),

  // The file has passwords of its own, and so has its backup.
  async tidy(context, params) {
    const shell = await context.shell(params.host);
    for (const backup of [backupOf(context.runId, params), undoBackupOf(context.runId, params)]) {
      const path = `${params.config}.${backup}`;
      const facts = await shell.fileFacts(path);
      if (facts !== undefined) await shell.removeFile(path, facts.sha256);
    }
  },

  deadMan: (params) => ({
    id: deadManId(params),
    files: [params.config],
    restart: restartCommands(params),
    seconds: Math.ceil(params.deadManMs / 1000),
  }),

  followUps: ({ community, server }) => [{ kind: 'restart-component', community, server }],
};

/** Two steps of one run on one file: each keeps a backup of its own. */
const backupOf = (runId: string, { wanted }: Params): string => `${runId}.${digestOf(wanted).slice(0, 8)}.bak`;
const undoBackupOf = (runId: string, { wanted }: Params): string => `${runId}.${digestOf(wanted).slice(0, 8)}.undo.bak`;

/** Other keys stay, also those that others change meanwhile. */
async function writeValues(
  context: WriteContext,
  params: Params,
  wanted: SunImState['values'],
  backup: string,
): Promise<void> {
  const shell = await context.shell(params.host);
  const conf = await readIimFile(shell, params);
  const edits = editsBetween(iimValuesOf(conf), wanted);
  if (edits.length > 0) await shell.replaceFile(params.config, editIim(conf, edits), backup);
}

/** Only the keys that the step is about. */
async function takeBack(context: WriteContext, params: Params, before: SunImState): Promise<void> {
  const shell = await context.shell(params.host);
  const now = iimValuesOf(await readIimFile(shell, params));
  const own = new Set(editsBetween(before.values, wantedState(before, params).values).map(({ key }) => key));
  const values = {
    ...Object.fromEntries(Object.entries(now).filter(([key]) => !own.has(key))),
    ...Object.fromEntries(Object.entries(before.values).filter(([key]) => own.has(key))),
  };
  await writeValues(context, params, values, undoBackupOf(context.runId, params));
}

function changesOf(state: SunImState, params: Params): readonly Change[] {
  const after = wantedState(state, params).values;
  return editsBetween(state.values, after).map(({ key, value }) => ({
    object: subjectOf(params),
    attribute: key,
    before: state.values[key] ?? null,
    after: value,
  }));
}

function refuseUnusable(state: SunImState, params: Params): void {
  const now = objectionsTo(state, params);
  const added = objectionsTo(wantedState(state, params), params).filter((text) => !now.includes(text));
  if (added.length === 0) return;
  const what = `host ${params.host}: ${componentOf(params)} would start and not be able to do TLS: ${added.join('; ')}`;
  throw new OperatorError('POLICY_REFUSED', what, {
    hint: 'Give it the stores with a task sun-im-stores first, made of a certificate that is for its domain.',
  });
}
