// The code of a run that took a server back: one tool profile on a real SSH server, planned and applied by the verbs.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply } from '../../../src/cli/verbs/apply.ts';
import { plan } from '../../../src/cli/verbs/plan.ts';
import { openSshServer } from '../../helpers/ssh-server.ts';
import type { Troubles } from './remedy.ts';

const PLAYBOOK = `apiVersion: strictstep/v1
playbook: tools
title: TLS 1.2 for the tools
phases:
  - phase: tools
    title: Tools
    onFailure: revert
    tasks:
      - { task: Protocol, operation: client-properties, on: { target: tool-profile }, with: { protocol: TLSv1.2 } }
`;
const BEFORE = `com.ibm.ssl.defaultAlias=DefaultSSLSettings
com.ibm.ssl.alias=DefaultSSLSettings
com.ibm.ssl.protocol=SSL_TLS
`;

export const TOOL_TROUBLES: Troubles = {
  ROLLED_BACK: async () => {
    const server = await openSshServer();
    const { address, port, user, identityFiles, knownHostsFile } = server.entry;
    const folder = mkdtempSync(join(tmpdir(), 'strictstep-remedy-'));
    const inFolder = (name: string): string => join(folder, name);
    const [properties, tool] = [join(server.folder, 'properties/ssl.client.props'), join(server.folder, 'tool.sh')];
    mkdirSync(join(server.folder, 'properties'));
    writeFileSync(properties, BEFORE);
    // A tool that knows TLS 1.0 only.
    writeFileSync(tool, `if grep -q TLSv1.2 ${properties}; then exit 3; fi\n`);
    const host = { address, port, user, identityFile: identityFiles[0], knownHosts: knownHostsFile };
    const profile = { host: 'h1', profile: server.folder, check: ['sh', tool] };
    writeFileSync(
      inFolder('inventory.yaml'),
      JSON.stringify({ apiVersion: 'strictstep/v1', hosts: { h1: host }, toolProfiles: { p1: profile } }),
    );
    writeFileSync(inFolder('playbook.yaml'), PLAYBOOK);
    const flags = { json: false, input: false, state: inFolder('runs') };
    await plan({
      ...flags,
      inventory: inFolder('inventory.yaml'),
      playbook: inFolder('playbook.yaml'),
      out: inFolder('plan.json'),
      census: inFolder('census'),
      detailedExitcode: false,
    });
    const expectFile = (text: string): void => {
      const now = readFileSync(properties, 'utf8');
      if (now !== text) throw new Error(`the file is ${now}`);
    };
    return {
      act: async () => {
        await apply(inFolder('plan.json'), { ...flags, confirm: 'tool-profiles' });
        expectFile(BEFORE.replace('SSL_TLS', 'TLSv1.2'));
      },
      remedy: () => {
        expectFile(BEFORE);
        writeFileSync(tool, 'true\n');
      },
      end: () => server[Symbol.asyncDispose](),
    };
  },
};
