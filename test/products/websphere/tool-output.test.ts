// Tool output in the form of public WebSphere transcripts: 80 columns, continuation after 11 blanks. Names are invented.
import { describe, expect, test } from 'vitest';
import { causeOf, messageIds, processIdOf, unwrapLines } from '../../../src/products/websphere/admin-messages.ts';
import { parseToolOutput, type ToolKind } from '../../../src/products/websphere/tool-output.ts';

const BEGIN = `ADMU0116I: Tool information is being logged in file
           /opt/IBM/WebSphere/AppServer/profiles/hostSTPPNProfile1/logs/was_stpProxy/startServer.log
ADMU0128I: Starting tool with the hostSTPPNProfile1 profile
`;
const STARTED = `${BEGIN}ADMU3100I: Reading configuration for server: was_stpProxy
ADMU3200I: Server launched. Waiting for initialization status.
ADMU3000I: Server was_stpProxy_with_long_name open for e-business; process id is
           7602
`;

describe('wrapped output', () => {
  test('is joined to whole lines, with either line end', () => {
    const whole = 'ADMU0402I: The configuration for node n1 has been synchronized with Deployment Manager dm: 8703';
    const wrapped = whole.replace('Deployment Manager', 'Deployment\n           Manager');
    expect(unwrapLines(wrapped)).toEqual([whole]);
    expect(unwrapLines(wrapped.replace('\n', '\r\n'))).toEqual([whole]);
    expect(unwrapLines('a\n          ten blanks\nb')).toHaveLength(3);
  });

  test('gives the process id also from the next line', () => {
    expect(processIdOf(STARTED)).toBe('7602');
    expect(processIdOf('ADMU3000I: Server dmgr open for e-business; process id is 7602328')).toBe('7602328');
    expect(processIdOf('ADMU3200I: Server launched 12')).toBeUndefined();
  });

  test('gives every message id once, in order', () => {
    expect(messageIds(STARTED)).toEqual(['ADMU0116I', 'ADMU0128I', 'ADMU3100I', 'ADMU3200I', 'ADMU3000I']);
    expect(messageIds('ADMU30001I xADMU3000I admu3000I')).toEqual([]);
  });
});

describe('the verdict', () => {
  test.each<readonly [ToolKind, string, number, string]>([
    ['start', STARTED, 0, 'started'],
    [
      'start',
      `${BEGIN}ADMU3027E: An instance of the server may already be running: was_stpProxy`,
      255,
      'already-started',
    ],
    ['start', `${BEGIN}ADMU3200I: Server launched. Waiting for initialization status.`, 0, 'failed'],
    ['start', `${BEGIN}ADMU3011E: Server launched but failed initialization.`, 255, 'failed'],
    [
      'stop',
      `${BEGIN}ADMU3201I: Server stop request issued.\nADMU4000I: Server was_stpProxy stop completed.`,
      0,
      'stopped',
    ],
    [
      'stop',
      'ADMU0509I: The server "was_stpProxy" cannot be reached. It appears to be\n           stopped.',
      246,
      'already-stopped',
    ],
    ['stop', `${BEGIN}ADMU3201I: Server stop request issued. Waiting for stop status.`, 0, 'failed'],
    ['status', 'ADMU0508I: The Application Server "STProxyServer" is STARTED', 0, 'started'],
    ['status', 'ADMU0508I: The Application Server "STProxyServer" is STARTING', 0, 'failed'],
    ['status', 'ADMU0509I: The Application Server "x" cannot be reached. It appears to be stopped.', 0, 'stopped'],
    [
      'synchronize',
      `${BEGIN}ADMU0402I: The configuration for node n1 has been synchronized with Deployment\n           Manager dm: 8703`,
      0,
      'synchronized',
    ],
    ['synchronize', `${BEGIN}ADMU0016I: Synchronizing configuration between node and cell.`, 0, 'failed'],
    [
      'retrieve-signers',
      'CWPKI0308I: Adding signer alias "root" to local keystore "ClientDefaultTrustStore"',
      0,
      'signers-added',
    ],
    ['retrieve-signers', 'CWPKI0306I: nothing', 0, 'no-new-signers'],
    ['retrieve-signers', 'CWPKI0306I: nothing', 1, 'failed'],
    ['retrieve-signers', 'ADMU0113E: Program exiting with error', 0, 'failed'],
    ['start', '', 0, 'failed'],
  ])('of %s rests on message ids (%#)', (tool, text, exitCode, outcome) => {
    const verdict = parseToolOutput(tool, text, exitCode);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.cause === undefined).toBe(outcome !== 'failed');
    expect(verdict.processId).toBe(outcome === 'started' && tool === 'start' ? '7602' : undefined);
  });
});

describe('the cause', () => {
  test('is the handshake, not the tool message around it', () => {
    const text = `ADMU0113E: Program exiting with error: com.ibm.websphere.management.exception.ConnectorException: ADMC0016E
Caused by: javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version
ADMU1211I: To obtain a full trace of the failure, use the -trace option.`;
    expect(causeOf(text)).toContain('Received fatal alert: protocol_version');
  });

  test('is the missing signer before everything else, as one line', () => {
    const text = `javax.net.ssl.SSLHandshakeException: unable to find valid certification path
CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN "CN=dm" was sent from
           the target host.`;
    expect(causeOf(text)).toBe(
      'CWPKI0022E: SSL HANDSHAKE FAILURE:  A signer with SubjectDN "CN=dm" was sent from the target host.',
    );
  });

  test('is the last line when no message tells it, and nothing when nothing was printed', () => {
    expect(causeOf('one\ntwo\n\n')).toBe('two');
    expect(causeOf('\n')).toBeUndefined();
    expect(parseToolOutput('stop', '', 3).cause).toBe('it printed nothing and ended with status 3');
  });
});
