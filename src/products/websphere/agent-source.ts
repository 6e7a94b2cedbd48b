// The text of templates/wsadmin/agent.py. It is sent to wsadmin through standard input; no file is placed on the host.
import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/program-files.ts';

export const agentSource = (): string => readFileSync(shippedFile('templates/wsadmin/agent.py'), 'utf8');
