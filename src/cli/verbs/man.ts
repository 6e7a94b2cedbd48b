// strictstep man: the manual page, made from the tree of verbs.
import type { Command } from 'commander';
import { renderManual } from '../manual.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';
import { readVersion } from '../version.ts';

export function man(program: Command, { json }: GlobalFlags): void {
  const page = renderManual(program, readVersion());
  if (json) writeJson({ schema: 1, page });
  else writeResult(page);
}
