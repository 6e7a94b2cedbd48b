// Operation signer-certificates: every certificate authority of a chain is a signer in one WebSphere trust store.
// Source: IBM WebSphere 8.5.5, AdminTask group SignerCertificateCommands.
import { z } from 'zod';
import type { Change } from '../../core/change.ts';
import { OperatorError } from '../../core/errors.ts';
import type { Operation, ReadContext } from '../../core/operation.ts';
import { parseInput } from '../parse-input.ts';
import {
  aliasesIn,
  isFingerprintOf,
  readStore,
  renderStore,
  storeDocuments,
  storeName,
  storeOptions,
  type Store,
} from '../store.ts';
import { ConfigurationTarget } from '../targets.ts';
import { changeTask, renderTask, SAVE, saveChanges, type AdminTaskCall } from '../wsadmin-call.ts';
import { freeAlias, wantedSigners } from './wanted-signers.ts';

const Wish = z.strictObject({
  certificate: z.string().min(1),
  trustStore: z.enum(['CellDefaultTrustStore', 'NodeDefaultTrustStore']).optional(),
});

type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly node: string | null;
  readonly trustStore: string;
  readonly dmgrHost: string;
};

type Missing = { readonly alias: string; readonly sha1: string; readonly subject: string };
/** present: SHA-1 fingerprints of the wanted signers that the store has under any alias */
type State = { readonly present: readonly string[]; readonly missing: readonly Missing[] };

const storeOf = ({ cell, node, trustStore }: Params): Store => ({ cell, node, name: trustStore });

export const signerCertificates: Operation<Params, State> = {
  name: 'signer-certificates',
  targets: ['cell', 'node'],

  parse(input) {
    const { target, wish } = parseInput(input, ConfigurationTarget, Wish);
    const trustStore = target.kind === 'cell' ? 'CellDefaultTrustStore' : 'NodeDefaultTrustStore';
    if (wish.trustStore !== undefined && wish.trustStore !== trustStore) {
      const hint = `The trust store of a ${target.kind} is ${trustStore}.`;
      throw new OperatorError('INPUT_VALUE', `with.trustStore: ${wish.trustStore} is not at ${target.kind} scope`, {
        hint,
      });
    }
    const { cell, dmgrHost } = target;
    return {
      certificate: wish.certificate,
      cell,
      node: target.kind === 'node' ? target.node : null,
      trustStore,
      dmgrHost,
    };
  },

  subject: (params) => `signers of ${params.certificate} in ${renderStore(storeOf(params))}`,

  read: (context, params) => readState(context, params),

  diff: ({ missing }, params) =>
    missing.map(({ alias, sha1, subject }): Change => ({
      object: `trust store ${renderStore(storeOf(params))}`,
      attribute: `signer ${sha1}`,
      before: null,
      after: `${alias} (${subject})`,
    })),

  predict: ({ present, missing }) => ({
    present: [...present, ...missing.map(({ sha1 }) => sha1)].toSorted(),
    missing: [],
  }),

  effect: (params, { missing }) =>
    missing.length === 0
      ? []
      : [{ kind: 'signers-added', store: storeName(storeOf(params)), fingerprints: missing.map(({ sha1 }) => sha1) }],

  calls: ({ missing }, params) =>
    missing.length === 0
      ? []
      : [...missing.map((signer) => renderTask(addCall(params, signer, `[uploaded ${signer.alias}.pem]`))), SAVE],

  async apply(context, params) {
    const { missing } = await readState(context, params);
    if (missing.length === 0) return;
    const [shell, wsadmin] = [await context.shell(params.dmgrHost), await context.wsadmin(params.cell)];
    const pems = new Map(
      wantedSigners(context.certificate(params.certificate)).map(({ certificate }) => [
        certificate.sha1,
        certificate.pem,
      ]),
    );
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      for (const signer of missing) {
        // One certificate per file: of a bundle WebSphere is said to take the first alone.
        const bytes = new TextEncoder().encode(pems.get(signer.sha1) ?? '');
        const path = await shell.placePrivateFile(`signer-${signer.sha1.replaceAll(':', '').slice(0, 12)}.pem`, bytes);
        try {
          await changeTask(wsadmin, addCall(params, signer, path));
        } finally {
          await shell.removePrivateFile(path);
        }
      }
    });
  },

  async undo(context, params, before) {
    const wsadmin = await context.wsadmin(params.cell);
    const { signers } = await readStore(wsadmin, storeOf(params));
    // Only what this step added: that alias with that certificate.
    const added = signers.filter(({ alias, fingerprint }) =>
      before.missing.some((one) => one.alias === alias.toLowerCase() && one.sha1 === fingerprint),
    );
    if (added.length === 0) return;
    await saveChanges(wsadmin, storeDocuments(storeOf(params)), async () => {
      for (const { alias } of added) {
        const options = { ...storeOptions(storeOf(params)), certificateAlias: alias };
        await changeTask(wsadmin, { task: 'deleteSignerCertificate', options });
      }
    });
  },

  // Nodes that use the store, and the deployment manager, are known to the planner alone.
  followUps: ({ cell, node }) => (node === null ? [] : [{ kind: 'synchronize-node', cell, node }]),
};

async function readState(context: ReadContext, params: Params): Promise<State> {
  const content = await readStore(await context.wsadmin(params.cell), storeOf(params));
  const taken = new Set(aliasesIn(content));
  const present: string[] = [];
  const missing: Missing[] = [];
  for (const { alias: wanted, certificate } of wantedSigners(context.certificate(params.certificate))) {
    const { sha1, subject } = certificate;
    if (content.signers.some(({ fingerprint }) => isFingerprintOf(fingerprint, certificate))) {
      present.push(sha1);
      continue;
    }
    const alias = freeAlias(wanted, taken);
    taken.add(alias);
    missing.push({ alias, sha1, subject });
  }
  return { present: present.toSorted(), missing };
}

const addCall = (params: Params, { alias }: Missing, certificateFilePath: string): AdminTaskCall => ({
  task: 'addSignerCertificate',
  options: { ...storeOptions(storeOf(params)), certificateFilePath, certificateAlias: alias, base64Encoded: 'true' },
});
