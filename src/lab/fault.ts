// The faults a lab can inject: things that happen to machines. None of them knows about TLS.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../core/errors.ts';
import type { Fault } from './types.ts';

const FaultInput = z.union([
  z.strictObject({ kind: z.literal('kill'), process: z.string() }),
  z.strictObject({ kind: z.literal('edit-file'), path: z.string(), find: z.string().min(1), replace: z.string() }),
  z.strictObject({ kind: z.literal('edit-file'), path: z.string(), content: z.base64() }),
  z.strictObject({ kind: z.literal('delay'), process: z.string(), startMs: z.int().min(0) }),
  z.strictObject({
    kind: z.literal('break-command'),
    host: z.string(),
    command: z.string(),
    isBroken: z.boolean(),
  }),
]);

/** @throws OperatorError INPUT_VALUE */
export function parseFault(input: unknown): Fault {
  const parsed = FaultInput.safeParse(input);
  if (parsed.success) return parsed.data;
  const hint = 'The kinds are kill, edit-file, delay and break-command.';
  throw new OperatorError('INPUT_VALUE', `lab fault: ${z.prettifyError(parsed.error)}`, { hint });
}

/** @throws OperatorError LAB_STATE when the text is not in the file, or the path leaves the lab */
export async function editFile(dir: string, fault: Extract<Fault, { kind: 'edit-file' }>): Promise<void> {
  const file = path.resolve(dir, fault.path);
  if (!file.startsWith(dir + path.sep)) throw new OperatorError('LAB_STATE', `lab: ${fault.path} is outside of ${dir}`);
  if ('content' in fault) {
    await mkdir(path.dirname(file), { recursive: true });
    await replaceBytes(file, Buffer.from(fault.content, 'base64'));
    return;
  }
  const text = await readFile(file, 'latin1');
  if (!text.includes(fault.find))
    throw new OperatorError('LAB_STATE', `lab: ${fault.path} does not hold ${fault.find}`);
  await replaceBytes(
    file,
    Buffer.from(
      text.replaceAll(fault.find, () => fault.replace),
      'latin1',
    ),
  );
}

async function replaceBytes(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.lab-new`, bytes);
  await rename(`${file}.lab-new`, file);
}
