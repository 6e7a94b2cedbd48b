// The lines of a census file.
import { z } from 'zod';

const Sighting = z.strictObject({
  address: z.string(),
  at: z.string(),
  encryption: z.enum(['legacy', 'tls', 'unknown']),
  name: z.string().nullable(),
  component: z.string().nullable(),
});

const Record = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), community: z.string(), at: z.string(), servers: z.array(z.string()) }),
  /** one look of one sensor; position: where the log is read on */
  z.strictObject({
    type: z.literal('look'),
    kind: z.enum(['sockets', 'server-log']),
    server: z.string(),
    at: z.string(),
    broken: z.string().nullable(),
    sightings: z.array(Sighting),
    position: z.strictObject({ offset: z.int(), line: z.int() }).nullable(),
  }),
  z.strictObject({
    type: z.literal('control'),
    server: z.string(),
    address: z.string(),
    opened: z.string(),
    closed: z.string(),
  }),
  z.strictObject({
    type: z.literal('verdict'),
    at: z.string(),
    from: z.string(),
    to: z.string(),
    verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
    reasons: z.array(z.string()),
    legacy: z.array(z.string()),
  }),
]);
export type CensusRecord = z.infer<typeof Record>;
export type Look = Extract<CensusRecord, { type: 'look' }>;

const Line = z.strictObject({ previous: z.string(), record: Record });

/** undefined: no line of a census */
export function parseRecord(line: string): z.infer<typeof Line> | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
