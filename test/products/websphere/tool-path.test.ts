// Where WebSphere's tools are: scripts on Unix, batch files on Windows.
import { expect, test } from 'vitest';
import { toolCommand } from '../../../src/products/websphere/tools.ts';

test.each([
  ['/opt/IBM/profiles/st', '/opt/IBM/profiles/st/bin/startServer.sh'],
  [String.raw`D:\IBM\profiles\st`, String.raw`D:\IBM\profiles\st\bin\startServer.bat`],
  [String.raw`\\server\share\st`, String.raw`\\server\share\st\bin\startServer.bat`],
])('the tool of the profile %s is %s', (profile, path) => {
  expect(toolCommand({ kind: 'start', server: 'STProxyServer' }, { profile, timeoutMs: 1000 }).argv).toEqual([
    path,
    'STProxyServer',
  ]);
});
