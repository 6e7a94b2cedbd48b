// The text of templates/wsadmin/agent.py. It is sent to wsadmin through standard input; no file is placed on the host.
import { readFileSync } from 'node:fs';

export const agentSource = (): string =>
  readFileSync(new URL('../../../templates/wsadmin/agent.py', import.meta.url), 'utf8');
