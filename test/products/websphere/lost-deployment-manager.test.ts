import { expect, test } from 'vitest';
import { exposeSecret } from '../../../src/core/secret.ts';
import { openWsadminSession } from '../../../src/products/websphere/wsadmin-session.ts';
import { answerAsAgent, makeScriptedWsadmin } from './scripted-wsadmin.ts';

const GREETING =
  'WASX7209I: Connected to process "dmgr" on node c1Manager using SOAP connector;  The type of process is: DeploymentManager\nwsadmin>';
const CHANGES = 'WASX7146I: The following configuration files contain unsaved changes:\ncells/c1|security.xml';
const LOST =
  'com.ibm.websphere.management.exception.ConnectorException: ADMC0009E: The system failed to make the SOAP RPC call: invoke';

test('a save during which the deployment manager was lost has an unknown outcome, and nothing is sent after it', async () => {
  const calls: string[] = [];
  const { shell } = makeScriptedWsadmin(
    GREETING,
    answerAsAgent((call) => {
      calls.push(call);
      return call === 'AdminConfig.save' ? { error: LOST } : { ok: CHANGES };
    }),
  );
  const options = { shell, cell: 'c1', profile: '/opt/p', expose: exposeSecret };
  await using session = await openWsadminSession({ ...options, startTimeoutMs: 1000, callTimeoutMs: 1000 });

  await expect(session.writer.save(['cells/c1/security.xml'])).rejects.toThrow(
    expect.objectContaining({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('cell c1 on host dm: the deployment manager was lost while AdminConfig.save'),
    }),
  );
  await expect(session.reader.query('AdminTask.listNodes')).rejects.toThrow(
    expect.objectContaining({ code: 'OUTCOME_UNKNOWN' }),
  );
  expect(calls).toEqual(['AdminConfig.queryChanges', 'AdminConfig.save']);
});
