// strictstep completion: the script that a shell loads once.
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

export function completion(shell: keyof typeof COMPLETION_SCRIPTS, { json }: GlobalFlags): void {
  const script = COMPLETION_SCRIPTS[shell];
  if (json) writeJson({ schema: 1, shell, script });
  else writeResult(script);
}
