// Operation sun-im-stores: the key store of a Sun Instant Messaging server, and the databases of its multiplexor, from one .p12.
// New files only, beside iim.conf: nothing uses them before iim.conf names them. Source: Instant Messaging 7.2 Administration
// Guide, chapter 12; tools as measured (products/sun-im).
import { z } from 'zod';
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation, WriteContext } from '../../core/operation.ts';
import { secretMatches } from '../../core/secret.ts';
import { renderPasswordFile } from '../../products/sun-im/password-file.ts';
import { keyStoreBytes } from '../community-stores/store-bytes.ts';
import { parseInput } from '../parse-input.ts';
import { readSunIm } from '../read-sun-im.ts';
import { subjectOf, sunImMemberOf, type OwnPaths } from '../sun-im-server.ts';
import type { SunImState } from '../sun-im-state.ts';
import { SunImServerTarget } from '../targets.ts';
import { makeDatabase } from './database.ts';
import { keepPrivate, removeAll } from './host-files.ts';
import { makeJavaStore } from './java-store.ts';
import {
  certificateOf,
  describeDatabase,
  describeJavaStore,
  isGoodDatabase,
  isGoodStore,
  pathsFor,
  refuseOther,
  STORE_PARTS,
  wantedJavaStore,
  type Params,
} from './wanted-stores.ts';

const Wish = z.strictObject({
  certificate: z.string().min(1),
  for: z.array(z.enum(STORE_PARTS)).min(1).default(['server']),
});

export const sunImStores: Operation<Params, SunImState> = {
  name: 'sun-im-stores',
  targets: ['sun-im-server'],

  wish: Wish,
  parse(input) {
    const { target, wish } = parseInput(input, SunImServerTarget, Wish);
    return { ...sunImMemberOf(target), certificate: wish.certificate, parts: wish.for };
  },

  subject: (params) => subjectOf(params),
  read: (context, params) => readSunIm(context, params),

  diff: (state, params) =>
    missingIn(state, params).map(({ path, after }): Change => ({
      object: `${path} on ${params.host}`,
      attribute: 'content',
      before: null,
      after,
    })),

  predict(state, params) {
    const paths = pathsFor(state, params);
    const { alias, chain } = certificateOf(state, params);
    const isFor = (part: Params['parts'][number]): boolean => params.parts.includes(part);
    const found = state.databases[paths.database];
    const opens = [
      ...(isFor('server') || state.stores[paths.javaStore] !== undefined ? [paths.javaStore] : []),
      ...(isFor('multiplexor') || found !== undefined ? [paths.database] : []),
    ].toSorted();
    const database = isGoodDatabase(found, state, params)
      ? found
      : {
          form: params.nssForm,
          nicknames: nicknamesOf(alias, chain),
          keys: [alias],
          leaf: chain[0] ?? null,
          isValid: true,
          isOpen: false,
        };
    return {
      ...state,
      stores: isFor('server') ? { ...state.stores, [paths.javaStore]: wantedJavaStore(state, params) } : state.stores,
      databases: isFor('multiplexor') ? { ...state.databases, [paths.database]: database } : state.databases,
      passwordFiles: { ...state.passwordFiles, [paths.passwordFile]: { mode: '0600', opens } },
    };
  },

  // Files that nothing names yet.
  effect: () => [],

  calls: (state, params) => {
    const { p12 } = pathsFor(state, params);
    return missingIn(state, params).map(({ path, call }) => ({ tool: 'shell' as const, text: call(path, p12) }));
  },

  /** @throws OperatorError STEP_FAILED, KEYSTORE_PASSWORD */
  async apply(context, params) {
    const state = await readSunIm(context, params);
    const shell = await context.shell(params.host);
    const paths = pathsFor(state, params);
    const missing = new Set(missingIn(state, params).map(({ path }) => path));
    const certificate = context.certificateFile(params.certificate);
    refusePassword(params, certificate.password);
    const isWorked = missing.has(paths.javaStore) || missing.has(paths.database);
    const leftovers = leftoversOf(paths, state, params);
    if (isWorked) {
      await removeAll(shell, params, leftovers);
      await shell.createFile(paths.p12, keyStoreBytes(certificate), params.config);
      try {
        if (missing.has(paths.javaStore)) await makeJavaStore(shell, params, paths, certificate);
        if (missing.has(paths.database)) await makeDatabase(shell, params, paths, certificate);
      } catch (error) {
        await removeAll(shell, params, leftovers).catch(() => undefined);
        throw error;
      }
      await removeAll(shell, params, leftovers);
    }
    if (!missing.has(paths.passwordFile)) return;
    const found = await shell.fileFacts(paths.passwordFile);
    if (found === undefined)
      await shell.createFile(paths.passwordFile, renderPasswordFile(certificate.password), params.config);
    else await keepPrivate(shell, params, paths.passwordFile);
  },

  async undo(context, params, before) {
    const paths = pathsFor(before, params);
    const shell = await context.shell(params.host);
    await refuseUsed(context, params, paths);
    const gone = [
      ...(before.stores[paths.javaStore] === undefined && params.parts.includes('server') ? [paths.javaStore] : []),
      ...(before.databases[paths.database] === undefined && params.parts.includes('multiplexor')
        ? [paths.database]
        : []),
      ...(before.passwordFiles[paths.passwordFile] === undefined ? [paths.passwordFile] : []),
    ];
    await removeAll(shell, params, [...gone, ...leftoversOf(paths, before, params)]);
  },

  followUps: () => [],
};

/** What a run that was killed at work may have left. */
const leftoversOf = (paths: OwnPaths, state: SunImState, params: Params): readonly string[] => [
  paths.p12,
  `${paths.javaStore}.new`,
  `${paths.database}.new`,
  ...wantedJavaStore(state, params).trust.map((_, index) => `${paths.authority}-${index + 1}.pem`),
];

type Missing = {
  readonly path: string;
  readonly after: string;
  readonly call: (path: string, p12: string) => string;
};

/** @throws OperatorError STEP_FAILED for something else under one of the names */
function missingIn(state: SunImState, params: Params): readonly Missing[] {
  const paths = pathsFor(state, params);
  const { alias, chain } = certificateOf(state, params);
  const wanted = wantedJavaStore(state, params);
  const missing: Missing[] = [];
  const [store, database] = [state.stores[paths.javaStore], state.databases[paths.database]];
  if (params.parts.includes('server') && !isGoodStore(store, wanted)) {
    if (store !== undefined) refuseOther(paths.javaStore, params);
    const call = (path: string, p12: string): string =>
      `${params.keytool} -importkeystore -srckeystore ${p12} -srcalias ${alias} -destkeystore ${path} -deststoretype JKS, password [secret]; -importcert of ${Math.max(1, chain.length - 1)} authorities; chain and key are proved`;
    missing.push({ path: paths.javaStore, after: describeJavaStore(wanted), call });
  }
  if (params.parts.includes('multiplexor') && !isGoodDatabase(database, state, params)) {
    if (database !== undefined) refuseOther(paths.database, params);
    const call = (path: string, p12: string): string =>
      `certutil -N -d ${params.nssForm}:${path}, password [secret]; pk12util -i ${p12}; certutil -M -t CT,, for its authorities; certutil -V -u V -n ${alias}`;
    missing.push({ path: paths.database, after: describeDatabase(alias), call });
  }
  const file = state.passwordFiles[paths.passwordFile];
  if (file === undefined || file === 'missing' || (typeof file === 'object' && file.mode !== '0600')) {
    const call = (path: string): string =>
      `${path}: Internal (Software) Token:[secret], mode 0600, owner of ${params.config}`;
    missing.push({ path: paths.passwordFile, after: 'password of the stores, mode 0600', call });
  } else if (typeof file === 'string') refuseOther(paths.passwordFile, params);
  return missing;
}

/** As pk12util makes them: the friendly name, and "common name - organization" for authorities. */
const nicknamesOf = (alias: string, chain: SunImState['certificates'][string]['chain']): readonly string[] =>
  [alias, ...chain.slice(1).map(({ subject }) => authorityName(subject))].toSorted();

function authorityName(subject: string): string {
  const part = (name: string): string | undefined =>
    new RegExp(`(?:^|[\\n,/])\\s*${name}=([^\\n,/]+)`, 'u').exec(subject)?.[1]?.trim();
  const [common, organization] = [part('CN') ?? subject, part('O')];
  return organization === undefined ? common : `${common} - ${organization}`;
}

/** Measured: keytool reads other letters wrongly, and wants six signs. */
function refusePassword({ host, certificate }: Params, password: Parameters<typeof secretMatches>[0]): void {
  if (secretMatches(password, /^[\x21-\x7e]{6,}$/u)) return;
  throw new OperatorError(
    'KEYSTORE_PASSWORD',
    `host ${host}: the password of certificate ${certificate} cannot be used`,
    {
      hint: 'Sun IM and its tools need one plain ASCII password without blanks, of at least six signs, for .p12, store and key.',
    },
  );
}

/** @throws OperatorError STEP_FAILED while iim.conf names one of them */
async function refuseUsed(context: WriteContext, params: Params, paths: ReturnType<typeof pathsFor>): Promise<void> {
  const { values } = await readSunIm(context, params);
  const used = Object.entries(values).find(([, value]) =>
    [paths.javaStore, paths.database, paths.passwordFile].includes(value),
  );
  if (used === undefined) return;
  throw new OperatorError('STEP_FAILED', `host ${params.host}: ${used[0]} in ${params.config} still names ${used[1]}`, {
    hint: 'Take back what made iim.conf name it first.',
  });
}
