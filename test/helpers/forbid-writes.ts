// A writing shell whose writes throw: for code that is handed one and must only read.
import type { ReadShell, WriteShell } from '../../src/core/shell.ts';

export function forbidWrites(shell: ReadShell): WriteShell {
  const refuse = (method: string) => (): Promise<never> => Promise.reject(new Error(`${method} on host ${shell.host}`));
  return {
    ...shell,
    change: refuse('change'),
    replaceFile: refuse('replaceFile'),
    createFile: refuse('createFile'),
    removeFile: refuse('removeFile'),
    placePrivateFile: refuse('placePrivateFile'),
    removePrivateFile: refuse('removePrivateFile'),
  };
}
