// trace/sametime.log of a community server: `I Server 13/May, 07:01:30 Logged in to server 1.1.1.30`. Source: IBM technote
// swg21206752. The lines of the component Session, which say who logged in here and whether with TLS, are OURS: no stored
// page shows how a real server writes that.
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

export type ServerLog = (
  level: 'I' | 'W' | 'E',
  component: 'Server' | 'Session' | 'TLS' | 'LDAP',
  text: string,
) => void;

/** The clock of a lab can be put forward; only log lines and the weekly batch follow it. */
export interface LabClock {
  now(): Date;
  advance(ms: number): void;
}

export function makeLabClock(): LabClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (ms) => {
      ahead += ms;
    },
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** In local time, as administrators read it. */
function logTime(at: Date): string {
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${two(at.getDate())}/${MONTHS[at.getMonth()]}, ${time}`;
}

export function openServerLog(file: string, clock: LabClock): ServerLog {
  mkdirSync(path.dirname(file), { recursive: true });
  return (level, component, text) => {
    const line = `${level} ${component} ${logTime(clock.now())} ${text.replaceAll(/\s+/g, ' ')}\n`;
    appendFileSync(file, line, { mode: 0o640 });
  };
}
