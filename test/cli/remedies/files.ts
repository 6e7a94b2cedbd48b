// Codes of input files, key stores, plans, journals, locks and labs.
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProgram } from '../../../src/cli/program.ts';
import { Secret } from '../../../src/core/secret.ts';
import { loadInventory } from '../../../src/inventory/index.ts';
import { parseInventory } from '../../../src/inventory/parse-inventory.ts';
import { openJournal } from '../../../src/journal/journal.ts';
import { openLock } from '../../../src/journal/lock.ts';
import { labControl } from '../../../src/lab/lab-control.ts';
import { openLab } from '../../../src/lab/index.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import { issueCertificate, makeCertificateAuthority, makeKey } from '../../../src/tls/issue-certificate.ts';
import { loadCertificateFile } from '../../../src/tls/load-certificate.ts';
import { readSecretFile } from '../../../src/tls/secret-file.ts';
import { writePkcs12 } from '../../../src/tls/write-pkcs12.ts';
import { communityText } from '../../helpers/community.ts';
import { temporaryFolder } from '../../helpers/lab.ts';
import { planOf, stepOf } from '../../helpers/memory-run.ts';
import type { Trouble, Troubles } from './remedy.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'strictstep-remedy-'));

/** The text is wrong in one place, and then it is not. */
function wrongInventory(find: string, wrong: string): Trouble {
  const state = { text: communityText().replace(find, wrong) };
  if (state.text === communityText()) throw new Error(`the inventory has no ${find}`);
  return {
    act: () => parseInventory(state.text, 'inventory.yaml', 'd1'),
    remedy: () => {
      state.text = communityText();
    },
  };
}

const key = makeKey();
const at = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const authority = makeCertificateAuthority({ subject: 'Remedy Root', key, notBefore: at(-90), notAfter: at(900) });
const leafUntil = (notAfter: Date) =>
  issueCertificate({ subject: 'chat', names: ['chat'], issuer: authority, key, notBefore: at(-80), notAfter })
    .certificate;
const GOOD = { chain: [leafUntil(at(80)), authority.certificate], password: 'right', aliasInFile: 'chat' };

/** A key store that is wrong in one thing, and the one that should be there. */
function wrongStore(wrong: Partial<typeof GOOD> & { readonly bytes?: string }): Trouble {
  const file = join(newFolder(), 'store.p12');
  const state = { given: 'right', aliasInFile: GOOD.aliasInFile };
  const write = ({ chain, password }: typeof GOOD): void =>
    writeFileSync(
      file,
      writePkcs12({
        entries: [{ alias: 'chat', key, chain }],
        signers: [],
        password: new Secret(password, 'test'),
        legacy: false,
      }),
    );
  write({ ...GOOD, ...wrong, password: 'right' });
  if (wrong.bytes !== undefined) writeFileSync(file, wrong.bytes);
  if (wrong.password !== undefined) state.given = wrong.password;
  if (wrong.aliasInFile !== undefined) state.aliasInFile = wrong.aliasInFile;
  const place = { file: 'inventory.yaml', line: 1, column: 1 };
  return {
    act: () =>
      loadCertificateFile(
        {
          name: 'messaging',
          file,
          password: { kind: 'file', file: 'unused' },
          alias: 'acme',
          aliasInFile: state.aliasInFile,
          place,
        },
        new Secret(state.given, 'test'),
        new Date(),
      ),
    remedy: () => {
      write(GOOD);
      Object.assign(state, { given: 'right', aliasInFile: GOOD.aliasInFile });
    },
  };
}

const owner = {
  who: 'jo',
  host: hostname(),
  pid: process.pid,
  run: 'run-1',
  why: 'test',
  since: '2026-01-01T00:00:00Z',
};

export const FILE_TROUBLES: Troubles = {
  USAGE: () => {
    const state = { words: ['exlpain'] };
    return {
      act: () => makeProgram().parseAsync(['node', 'strictstep', ...state.words]),
      remedy: () => {
        state.words = ['version'];
      },
    };
  },
  INPUT_SYNTAX: () => wrongInventory('hosts:', 'hosts: ['),
  INPUT_UNKNOWN_KEY: () => wrongInventory('address: 192.0.2.11', 'adress: 192.0.2.11'),
  INPUT_VALUE: () => wrongInventory('data: /local/notesdata', 'data: notesdata'),
  INPUT_UNKNOWN_NAME: () => wrongInventory('host: st2', 'host: st9'),
  INPUT_UNREADABLE: () => {
    const file = join(newFolder(), 'inventory.yaml');
    return { act: () => loadInventory(file), remedy: () => writeFileSync(file, communityText()) };
  },
  SECRET_EXPOSED: () => {
    const file = join(newFolder(), 'password');
    writeFileSync(file, 'x', { mode: 0o644 });
    return { act: () => readSecretFile(file, 'password'), remedy: () => chmodSync(file, 0o600) };
  },
  KEYSTORE_PASSWORD: () => wrongStore({ password: 'wrong' }),
  KEYSTORE_FORMAT: () => wrongStore({ bytes: '<html>log in first</html>' }),
  CERTIFICATE_CHAIN: () => wrongStore({ chain: GOOD.chain.slice(0, 1) }),
  CERTIFICATE_EXPIRED: () => wrongStore({ chain: [leafUntil(at(-1)), authority.certificate] }),
  CERTIFICATE_ALIAS: () => wrongStore({ aliasInFile: 'chatt' }),
  PLAN_TAMPERED: () => {
    const file = join(newFolder(), 'plan.json');
    const plan = planOf([stepOf(1, 'a', null, '1')]);
    writeFileSync(file, JSON.stringify({ ...plan, confirm: 'another' }));
    return { act: () => loadPlan(file), remedy: () => writeFileSync(file, JSON.stringify(plan)) };
  },
  LOCKED: async () => {
    const file = join(newFolder(), 'lock.json');
    const held = await openLock(file, owner);
    return {
      act: async () => (await openLock(file, { ...owner, run: 'run-2' }))[Symbol.asyncDispose](),
      remedy: () => held[Symbol.asyncDispose](),
    };
  },
  JOURNAL_BROKEN: async () => {
    const state = { file: join(newFolder(), 'journal.jsonl') };
    {
      await using journal = await openJournal(state.file);
      await journal.append('run-started', null, { plan: 'x', resumed: false }, new Date(0));
      await journal.append('run-held', null, {}, new Date(0));
    }
    writeFileSync(state.file, '{"seq":1}\n{"seq":2}\n');
    return {
      act: async () => (await openJournal(state.file))[Symbol.asyncDispose](),
      // A new plan is a new run, with a journal of its own.
      remedy: () => {
        state.file = join(newFolder(), 'journal.jsonl');
      },
    };
  },
  LAB_STATE: async () => {
    const dir = join(await temporaryFolder(), 'lab');
    const opened: AsyncDisposable[] = [];
    return {
      act: () => labControl(dir).processes(),
      remedy: async () => opened.push(await openLab({ dir, delays: { startMs: 0 } })),
      end: () => Promise.all(opened.map((lab) => lab[Symbol.asyncDispose]())),
    };
  },
};
