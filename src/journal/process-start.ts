// Whether a process still lives, and that it is the same one: a process id alone is used again.
// Source: proc(5): /proc/PID/stat field 22 (start in clock ticks since boot), /proc/sys/kernel/random/boot_id.
import { readFile } from 'node:fs/promises';

/** Text that differs between two processes that had the same id; undefined where the system does not tell. */
export async function readProcessStart(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks and parentheses; field 3 follows the last one.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? undefined : `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** @param start what readProcessStart gave for it; undefined: only the id is compared */
export async function isAlive(pid: number, start: string | undefined): Promise<boolean> {
  if (!existsProcess(pid)) return false;
  const now = await readProcessStart(pid);
  return start === undefined || now === undefined || now === start;
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process", for instance "not permitted", means that there is one.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
