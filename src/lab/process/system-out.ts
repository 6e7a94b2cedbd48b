// A process's SystemOut.log. Form of a line: WebSphere 7 to 9, basic log format. The texts are from public logs and from
// memory, not verified on real WebSphere; the message ids are what programs look for.
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { logTime } from '../tool/output.ts';

/** I information, A audit, W warning, E error */
type LogLevel = 'I' | 'A' | 'W' | 'E';
export type SystemOut = (level: LogLevel, component: string, text: string) => void;

export function openSystemOut(folder: string): SystemOut {
  const file = path.join(folder, 'SystemOut.log');
  return (level, component, text) => {
    const line = `${logTime(new Date())} 00000001 ${component.slice(0, 13).padEnd(13)} ${level}   ${text}\n`;
    mkdirSync(folder, { recursive: true });
    appendFileSync(file, line);
  };
}
