// What changed at a port since a saved `probe --json`. Compared is what the port does; how long the probe took and what
// names strictstep has for a suite are not facts about the port.
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import { loadText } from '../core/yaml/load-text.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import type { ProtocolVersion } from '../tls/types.ts';

const Version = z.enum(PROTOCOL_VERSIONS);
const Saved = z.object({
  schema: z.literal(1),
  host: z.string(),
  port: z.number(),
  starttls: z.string(),
  reachable: z.boolean(),
  cleartext: z.string(),
  mode: z.string(),
  protocols: z.record(Version, z.string()),
  ciphers: z.partialRecord(Version, z.array(z.object({ iana: z.string() }))),
  ciphersIncomplete: z.array(Version).default([]),
  ciphersUnordered: z.array(Version).default([]),
  preference: z.partialRecord(Version, z.string()),
  clientCertificate: z.string(),
  chain: z.array(
    z.object({
      subject: z.string(),
      issuer: z.string(),
      notBefore: z.string(),
      notAfter: z.string(),
      sha256: z.string(),
      names: z.array(z.string()),
      keyBits: z.number(),
      signature: z.string(),
    }),
  ),
  chainComplete: z.boolean(),
  // Absent from answers of the first release.
  secureRenegotiation: z.boolean().nullish(),
  extendedMasterSecret: z.boolean().nullish(),
  compression: z.boolean().nullish(),
  ephemeralKeys: z.partialRecord(Version, z.array(z.string())).optional(),
});
const Several = z.object({ schema: z.literal(1), reports: z.array(Saved) });

type Unchanging<Value> = Value extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Unchanging<Value[Key]> }
    : Value;

/** The part of a probe report that a baseline keeps; a ProbeReport is one. */
export type PortFacts = Unchanging<z.infer<typeof Saved>>;

/** before null: was not there; after null: is not there any more */
export type Difference = { readonly field: string; readonly before: string | null; readonly after: string | null };

/** @throws OperatorError INPUT_UNREADABLE, INPUT_SYNTAX, INPUT_VALUE */
export async function loadBaseline(file: string): Promise<readonly PortFacts[]> {
  return parseBaseline((await loadText(file)).text, file);
}

const HINT = 'A baseline is what strictstep probe --json printed, saved to a file.';

export function parseBaseline(text: string, file: string): readonly PortFacts[] {
  const value = parseJson(text, file);
  const isSeveral = typeof value === 'object' && value !== null && 'reports' in value;
  const result = isSeveral ? Several.safeParse(value) : Saved.safeParse(value);
  if (result.success) return 'reports' in result.data ? result.data.reports : [result.data];
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new OperatorError('INPUT_VALUE', `${file} is no saved probe: ${path || 'the document'}: ${issue?.message}`, {
    hint: HINT,
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OperatorError('INPUT_SYNTAX', `${file} is not JSON`, { hint: HINT, cause });
  }
}

/** Finds the port in the baseline; a port that is not in it is a difference too. */
export function changesSince(baseline: readonly PortFacts[], now: PortFacts): readonly Difference[] {
  const before = baseline.find(
    ({ host, port, starttls }) => host === now.host && port === now.port && starttls === now.starttls,
  );
  if (before === undefined) {
    const suffix = now.starttls === 'none' ? '' : ` (starttls ${now.starttls})`;
    return [{ field: 'endpoint', before: null, after: `${now.host}:${now.port}${suffix}` }];
  }
  if (!before.reachable || !now.reachable) return valueChange('reachable', before.reachable, now.reachable);
  return [
    ...valueChange('cleartext', before.cleartext, now.cleartext),
    ...valueChange('mode', before.mode, now.mode),
    ...PROTOCOL_VERSIONS.flatMap((version) => [
      ...valueChange(`protocols.${version}`, before.protocols[version], now.protocols[version]),
      ...suiteChanges(version, before, now),
      ...keyChanges(version, before, now),
      ...valueChange(
        `ciphersIncomplete.${version}`,
        before.ciphersIncomplete.includes(version),
        now.ciphersIncomplete.includes(version),
      ),
      ...valueChange(`preference.${version}`, before.preference[version], now.preference[version]),
    ]),
    ...valueChange('clientCertificate', before.clientCertificate, now.clientCertificate),
    ...chainChanges(before.chain, now.chain),
    ...valueChange('chainComplete', before.chainComplete, now.chainComplete),
    ...NEGOTIATED.flatMap((field) =>
      before[field] === undefined ? [] : valueChange(field, before[field], now[field]),
    ),
  ];
}

const NEGOTIATED = ['secureRenegotiation', 'extendedMasterSecret', 'compression'] as const;

type Plain = string | number | boolean | null | undefined;

function valueChange(field: string, before: Plain, after: Plain): readonly Difference[] {
  const text = (value: Plain): string | null => (value === undefined || value === null ? null : String(value));
  return before === after ? [] : [{ field, before: text(before), after: text(after) }];
}

const namesAt = ({ ciphers }: PortFacts, version: ProtocolVersion): readonly string[] =>
  (ciphers[version] ?? []).map(({ iana }) => iana);

/** An order that is not the server's says nothing. */
function suiteChanges(version: ProtocolVersion, was: PortFacts, is: PortFacts): readonly Difference[] {
  const [before, after] = [namesAt(was, version), namesAt(is, version)];
  const field = `ciphers.${version}`;
  const isOrdered = [was, is].every(({ ciphersUnordered }) => !ciphersUnordered.includes(version));
  const gone = before.filter((suite) => !after.includes(suite));
  const added = after.filter((suite) => !before.includes(suite));
  const changes = [
    ...gone.map((suite) => ({ field, before: suite, after: null })),
    ...added.map((suite) => ({ field, before: null, after: suite })),
  ];
  const isReordered = isOrdered && changes.length === 0 && before.join() !== after.join();
  return isReordered ? [{ field: `${field} order`, before: before.join(', '), after: after.join(', ') }] : changes;
}

function keyChanges(version: ProtocolVersion, before: PortFacts, now: PortFacts): readonly Difference[] {
  if (before.ephemeralKeys === undefined) return [];
  const [was, is] = [before.ephemeralKeys[version], now.ephemeralKeys?.[version]];
  return valueChange(`ephemeralKeys.${version}`, was?.toSorted().join(', '), is?.toSorted().join(', '));
}

type Certificate = PortFacts['chain'][number];

const CERTIFICATE_FIELDS = ['subject', 'issuer', 'notBefore', 'notAfter', 'keyBits', 'signature'] as const;

function chainChanges(before: readonly Certificate[], after: readonly Certificate[]): readonly Difference[] {
  const places = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
  return places.flatMap((index) => {
    const [was, is] = [before[index], after[index]];
    const field = `chain[${index}]`;
    if (was === undefined || is === undefined || was.sha256 !== is.sha256) {
      return [{ field, before: was === undefined ? null : inWords(was), after: is === undefined ? null : inWords(is) }];
    }
    return [
      ...CERTIFICATE_FIELDS.flatMap((name) => valueChange(`${field}.${name}`, was[name], is[name])),
      ...valueChange(`${field}.names`, was.names.join(', '), is.names.join(', ')),
    ];
  });
}

const inWords = ({ subject, notAfter, sha256 }: Certificate): string =>
  `${subject}, until ${notAfter.slice(0, 10)}, ${sha256}`;
