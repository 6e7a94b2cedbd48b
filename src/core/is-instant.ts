// Is a text a moment as people write it? Apart from instant.ts, which every start loads, because zod is slow to load.
import { z } from 'zod';

const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

export const isInstant = (text: string): boolean => Instant.safeParse(text).success;
