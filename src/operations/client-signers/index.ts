// Operation client-signers: WebSphere's client tools of one profile trust every certificate authority of a chain. Without
// it syncNode, wsadmin and the stop tools wait at a prompt as soon as the deployment manager serves the new certificate.
// Source: IBM WebSphere 8.5.5, retrieveSigners command and "Secure installation for client signer retrieval".
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation, ReadContext, WriteContext } from '../../core/operation.ts';
import { renderCommandLine } from '../../template/fill-template.ts';
import { freeAlias, wantedSigners } from '../signer-certificates/wanted-signers.ts';
import { aliasesIn, isFingerprintOf, readStore, renderStore } from '../store.ts';
import { parseParams, type Params, Wish } from './params.ts';
import { clientTrustPath, openTrustFile, readClientTrust } from './read-client-trust.ts';
import { retrieveArgv, retrieveSigner, type Aliases } from './retrieve-signer.ts';
import { differences, expectExactly, fingerprintsIn, keepBackup } from './trust-file.ts';

type Missing = Aliases & { readonly sha1: string; readonly subject: string };
/** present: SHA-1 fingerprints of the wanted signers that the store has under any alias */
type State = { readonly present: readonly string[]; readonly missing: readonly Missing[] };

export const clientSigners: Operation<Params, State> = {
  name: 'client-signers',
  targets: ['profile'],
  wish: Wish,
  parse: parseParams,
  subject: (params) => `signers of ${params.certificate} in ${objectOf(params)}`,
  read: (context, params) => readState(context, params),

  diff: ({ missing }, params) =>
    missing.map(({ localAlias, sha1, subject }): Change => ({
      object: objectOf(params),
      attribute: `signer ${sha1}`,
      before: null,
      after: `${localAlias} (${subject})`,
    })),

  predict: ({ present, missing }) => ({
    present: [...present, ...missing.map(({ sha1 }) => sha1)].toSorted(),
    missing: [],
  }),

  premises: (params, { missing }) => [
    {
      kind: 'signers',
      cell: params.cell,
      store: renderStore(cellTrustStore(params)),
      fingerprints: missing.map(({ sha1 }) => sha1),
    },
  ],

  effect: ({ cell, owner }, { missing }) =>
    missing.length === 0
      ? []
      : [
          {
            kind: 'signers-added',
            store: { kind: 'client-trust', cell, owner },
            fingerprints: missing.map(({ sha1 }) => sha1),
          },
        ],

  calls: ({ missing }, params) =>
    missing.map((signer) => ({ tool: 'shell', text: renderCommandLine(retrieveArgv(params, signer)) })),

  async apply(context, params) {
    const { missing } = await readState(context, params);
    if (missing.length === 0) return;
    const shell = await context.shell(params.host);
    const path = await clientTrustPath(shell, params.profile);
    const before = await fingerprintsIn(shell, params, path);
    await keepBackup(shell, path, backupOf(context.runId, path, params));
    for (const signer of missing) {
      await expectRemote(context, params, signer);
      await retrieveSigner(context, params, signer);
    }
    const wanted = [...before, ...missing.map(({ sha1 }) => sha1)];
    await expectExactly(shell, params, path, wanted);
  },

  async undo(context, params, before) {
    if (before.missing.length === 0) return;
    const shell = await context.shell(params.host);
    const path = await clientTrustPath(shell, params.profile);
    const backup = backupOf(context.runId, path, params);
    const bytes = await shell.readFile(backup);
    if (bytes === undefined) {
      const hint =
        'If the run never changed this trust store, nothing is to be undone; else delete the signers by hand with keytool.';
      throw new OperatorError('STEP_FAILED', `host ${params.host} has no ${backup}`, { hint });
    }
    const old = (await openTrustFile(shell, params.profile, backup)).map(({ sha1 }) => sha1);
    if (differences(await fingerprintsIn(shell, params, path), old).length === 0) return;
    await expectExactly(shell, params, path, [...old, ...before.missing.map(({ sha1 }) => sha1)]);
    await shell.replaceFile(path, bytes, `${context.runId}.undo.bak`);
  },

  // Client tools read their trust store at every start.
  followUps: () => [],
};

const objectOf = ({ profile, host }: Params): string => `client trust store of ${profile} on ${host}`;

const backupOf = (runId: string, path: string, { certificate }: Params): string =>
  `${path}.${runId}.${certificate.replaceAll(/[^\w-]/gu, '-')}.bak`;

async function readState(context: ReadContext, params: Params): Promise<State> {
  const local = await readClientTrust(await context.shell(params.host), params.profile);
  const cellStore = await readStore(await context.wsadmin(params.cell), cellTrustStore(params));
  const [takenLocally, takenInCell] = [
    new Set(local.map(({ alias }) => alias.toLowerCase())),
    new Set(aliasesIn(cellStore)),
  ];
  const present: string[] = [];
  const missing: Missing[] = [];
  for (const { alias, certificate } of wantedSigners(context.certificate(params.certificate))) {
    const { sha1, sha256, subject } = certificate;
    const remote = cellStore.signers.find(({ fingerprint }) => isFingerprintOf(fingerprint, certificate));
    // While the cell does not have it yet: the alias that the operation signer-certificates will give it.
    const remoteAlias = remote?.alias ?? freeAlias(alias, takenInCell);
    takenInCell.add(remoteAlias);
    if (local.some((signer) => signer.sha256 === sha256)) {
      present.push(sha1);
      continue;
    }
    const localAlias = freeAlias(alias, takenLocally);
    takenLocally.add(localAlias);
    missing.push({ remoteAlias, localAlias, sha1, subject });
  }
  return { present: present.toSorted(), missing };
}

const cellTrustStore = ({ cell }: Params) => ({ cell, node: null, name: 'CellDefaultTrustStore' });

async function expectRemote(
  context: WriteContext,
  params: Params,
  { sha1, subject, remoteAlias }: Missing,
): Promise<void> {
  const { signers } = await readStore(await context.wsadmin(params.cell), cellTrustStore(params));
  if (signers.some(({ alias, fingerprint }) => alias === remoteAlias && fingerprint === sha1)) return;
  const hint = 'Run a task signer-certificates for the cell before this one: retrieveSigners fetches from that store.';
  throw new OperatorError('STEP_FAILED', `cell ${params.cell}: signer ${subject} is not in CellDefaultTrustStore`, {
    hint,
  });
}
