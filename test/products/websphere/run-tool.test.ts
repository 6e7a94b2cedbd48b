import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import type { Command, CommandResult, WriteShell } from '../../../src/core/shell.ts';
import { readServerStatus, runTool } from '../../../src/products/websphere/run-tool.ts';
import { toolCommand, toolWords, type Tool } from '../../../src/products/websphere/tools.ts';

const login = { user: 'wasadmin', password: new Secret('s3cret', 'password') };
const options = { profile: '/opt/p', timeoutMs: 1000 };

const unused = (): never => {
  throw new Error('not part of this test');
};

const shellThatPrints = (stdout: string, stderr = ''): { readonly shell: WriteShell; readonly commands: Command[] } => {
  const commands: Command[] = [];
  const run = (command: Command): Promise<CommandResult> => {
    commands.push(command);
    return Promise.resolve({ exitCode: 0, stdout, stderr });
  };
  const reading = { open: unused, readFile: unused, fileFacts: unused };
  const writing = { replaceFile: unused, createFile: unused, removeFile: unused };
  const own = { placePrivateFile: unused, removePrivateFile: unused };
  return { shell: { host: 'stp', query: run, change: run, ...reading, ...writing, ...own }, commands };
};

describe('commands', () => {
  test.each<readonly [Tool, string]>([
    [{ kind: 'start', server: 'dmgr' }, 'startManager.sh'],
    [{ kind: 'stop', server: 'dmgr' }, 'stopManager.sh'],
    [{ kind: 'start', server: 'nodeagent' }, 'startNode.sh'],
    [{ kind: 'stop', server: 'nodeagent' }, 'stopNode.sh'],
    [{ kind: 'start', server: 'was_stpProxy' }, 'startServer.sh was_stpProxy'],
    [{ kind: 'stop', server: 'was_stpProxy' }, 'stopServer.sh was_stpProxy'],
    [{ kind: 'status', server: 'dmgr' }, 'serverStatus.sh dmgr'],
    [{ kind: 'synchronize', host: 'dm.acme.example', port: 8703 }, 'syncNode.sh dm.acme.example 8703'],
    [
      { kind: 'retrieve-signers', host: 'dm', port: 8703 },
      'retrieveSigners.sh CellDefaultTrustStore ClientDefaultTrustStore -host dm -port 8703 -conntype SOAP',
    ],
  ])('are the tools of the profile: %o', (tool, words) => {
    expect(toolWords(tool).join(' ')).toBe(words);
    expect(toolCommand(tool, options).argv[0]).toBe(`/opt/p/bin/${words.split(' ')[0]}`);
  });

  test('get the log-in through standard input, and only those that ask for one', () => {
    const stop = toolCommand({ kind: 'stop', server: 'dmgr' }, { ...options, login });
    expect(stop.stdin).toEqual(['wasadmin', '\n', login.password, '\n']);
    expect(JSON.stringify(stop)).not.toContain('s3cret');
    expect(toolCommand({ kind: 'start', server: 'dmgr' }, { ...options, login }).stdin).toBeUndefined();
    expect(toolCommand({ kind: 'stop', server: 'dmgr' }, options).stdin).toBeUndefined();
  });

  test('never answer the question whether a signer is to be trusted', () => {
    const command = toolCommand({ kind: 'retrieve-signers', host: 'dm', port: 1 }, { ...options, login });
    expect(command.prompts).toEqual({ 'SSL SIGNER EXCHANGE PROMPT': 'SIGNER_PROMPT' });
    expect(command.argv.join(' ')).not.toContain('autoAccept');
  });
});

describe('running a tool', () => {
  test('gives the process id of what was started', async () => {
    const { shell, commands } = shellThatPrints('ADMU3000I: Server a open for e-business; process id is 42\n');
    const verdict = await runTool(shell, { kind: 'start', server: 'a' }, options);
    expect(verdict).toMatchObject({ outcome: 'started', processId: '42' });
    expect(commands).toHaveLength(1);
  });

  test.each([
    ['CWPKI0022E: SSL HANDSHAKE FAILURE: A signer', '/opt/p/etc/trust.p12'],
    ['javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version', 'com.ibm.ssl.protocol'],
    ['javax.net.ssl.SSLHandshakeException: no cipher suites in common', 'com.ibm.ssl.protocol'],
    ['ADMN0022E: Access is denied', 'administrator role'],
    ['java.net.ConnectException: Connection refused', 'is running'],
    ['something', '/opt/p/logs'],
  ])('names host, tool, cause and a hint that fits: %s', async (line, hint) => {
    const { shell } = shellThatPrints('', line);
    await expect(runTool(shell, { kind: 'synchronize', host: 'dm', port: 8703 }, options)).rejects.toThrow(
      expect.objectContaining({
        code: 'STEP_FAILED',
        message: `host stp: syncNode.sh dm 8703 did not synchronize the node: ${line}`,
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test('tells the status without ending when a server is stopped', async () => {
    const { shell } = shellThatPrints('ADMU0509I: The Application Server "a" cannot be reached.');
    expect((await readServerStatus(shell, 'a', options)).outcome).toBe('stopped');
  });
});
