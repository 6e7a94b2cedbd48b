// The parameter `replaces`, the only one, of every operation that starts a process anew.
import { z } from 'zod';

const Replaces = z
  .string()
  // Several where one step starts several processes.
  .regex(/^[0-9]+(?:\+[0-9]+)*$/u, 'not a process id')
  .nullable()
  .default(null);

export const RestartWish = z.strictObject({ replaces: Replaces });
