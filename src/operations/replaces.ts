// The parameter `replaces` of every operation that starts a process anew.
import { z } from 'zod';

export const Replaces = z
  .string()
  // Several where one step starts several processes.
  .regex(/^[0-9]+(?:\+[0-9]+)*$/u, 'not a process id')
  .nullable()
  .default(null);
