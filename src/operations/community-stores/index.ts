// Operation community-stores: key.p12 and trust.p12 of a community server, beside its sametime.ini. Files only: the server
// reads them when it starts and sametime.ini names them. Sources: HCL Sametime 11.6, "Implementing TLS configuration";
// 12.0.3, "Creating a trust store" (old Java reads only old PKCS12, so that is what is written).
import { z } from 'zod';
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation } from '../../core/operation.ts';
import { readSettings } from '../../products/sametime/settings.ts';
import { SCOPES } from '../../products/sametime/types.ts';
import {
  besideIni,
  componentOf,
  keyStorePath,
  memberOf,
  subjectOf,
  type CommunityMember,
} from '../community-member.ts';
import { iniOf, modelOf } from '../community-model.ts';
import type { CommunityState } from '../community-state.ts';
import { parseInput } from '../parse-input.ts';
import { readCommunity } from '../read-community.ts';
import { CommunityServerTarget } from '../targets.ts';
import { putBack, putFile } from './files.ts';
import { keyStoreBytes, trustStoreBytes } from './store-bytes.ts';
import { describeStore, isSameStore, wantedStores, type Params } from './wanted-stores.ts';

const Wish = z.strictObject({
  certificate: z.string().min(1),
  /** more certificates of the inventory whose authorities are to be trusted */
  trust: z.array(z.string().min(1)).default([]),
});

export const communityStores: Operation<Params, CommunityState> = {
  name: 'community-stores',
  targets: ['community-server'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, CommunityServerTarget, Wish);
    return { ...memberOf(target), certificate: wish.certificate, trust: wish.trust };
  },

  subject: (params) => subjectOf(params),
  read: (context, params) => readCommunity(context, params),

  diff: (state, params) =>
    openStores(state, params).map(([path, wanted]): Change => {
      const found = state.stores[path];
      return {
        object: `${path} on ${params.host}`,
        attribute: 'content',
        before: found === undefined ? null : describeStore(found),
        after: describeStore(wanted),
      };
    }),

  predict: (state, params) => ({ ...state, stores: { ...state.stores, ...wantedStores(state, params) } }),

  effect(params, state) {
    const isUsed = openStores(state, params).some(([path]) => isNamed(path, state, params));
    if (!isUsed) return [];
    const settings = modelOf(communityStores.predict(state, params), params);
    return [{ kind: 'component-settings', component: componentOf(params), settings }];
  },

  calls: (state, params) =>
    openStores(state, params).map(([path, wanted]) => ({
      tool: 'file',
      text: `${path}: PKCS12, mode 0600, owner of ${params.ini}, password of ${params.certificate}: [secret], ${describeStore(wanted)}`,
    })),

  /** @throws OperatorError STEP_FAILED; each file is either as before or as wanted */
  async apply(context, params) {
    const state = await readCommunity(context, params);
    const shell = await context.shell(params.host);
    for (const [path, wanted] of openStores(state, params)) {
      const bytes =
        path === keyStorePath(params)
          ? keyStoreBytes(context.certificateFile(params.certificate))
          : trustStoreBytes(context, params, wanted, await shell.readFile(path));
      await putFile(shell, path, bytes, { like: params.ini, backup: backupOf(context.runId, params) });
    }
  },

  async undo(context, params, before) {
    const now = await readCommunity(context, params);
    const shell = await context.shell(params.host);
    for (const [path, wanted] of Object.entries(wantedStores(before, params))) {
      const old = before.stores[path];
      const found = now.stores[path];
      if (isSameStore(old, found)) continue;
      if (found !== undefined && !isSameStore(found, wanted)) throw changedSince(path, params);
      await putBack(shell, path, old === undefined || old === 'closed' ? null : old.mode, {
        backup: backupOf(context.runId, params),
        undoBackup: `${context.runId}.undo.bak`,
      });
    }
  },

  // Where sametime.ini names the files already, the process is older than its files, and the planner sees that.
  followUps: () => [],
};

const backupOf = (runId: string, { certificate }: Params): string =>
  `${runId}.${certificate.replaceAll(/[^\w-]/gu, '-')}.bak`;

/** Those that are not as wanted.
 * @throws OperatorError KEYSTORE_PASSWORD for a store that is there and cannot be opened */
function openStores(state: CommunityState, params: Params) {
  const stores = Object.entries(wantedStores(state, params));
  const open = stores.filter(([path, wanted]) => !isSameStore(state.stores[path], wanted));
  const closed = open.find(([path]) => state.stores[path] === 'closed');
  if (closed === undefined) return open;
  const what = `host ${params.host}: ${closed[0]} is there, and no password of a declared certificate opens it`;
  const hint = 'Declare its certificate in the inventory, or move the file away, when nothing uses it any more.';
  throw new OperatorError('KEYSTORE_PASSWORD', what, { hint });
}

/** sametime.ini uses the file already: its next start shows what is in it then. */
function isNamed(path: string, state: CommunityState, member: CommunityMember): boolean {
  const { effective } = readSettings(iniOf(state, member));
  return SCOPES.some((scope) =>
    [effective[scope].keyStoreFile, effective[scope].trustStoreFile].some(
      (name) => name !== undefined && besideIni(member, name) === path,
    ),
  );
}

const changedSince = (path: string, { host }: Params): OperatorError =>
  new OperatorError('STEP_FAILED', `host ${host}: ${path} has changed since the run wrote it`, {
    hint: 'Compare it with the backup beside it (keytool -list) and put the right one in place by hand.',
  });
