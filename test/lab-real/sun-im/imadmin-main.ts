// imadmin of a host of real parts: the behaviour of the embedded lab's, over processes of the operating system. The server is Prosody,
// configured from iim.conf; the multiplexor passes bytes, or is NSS selfserv with the databases of iim.conf when it has legacy
// SSL. argv: iim.conf, runtime folder, then imadmin's own words.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { readConf } from '../../../src/lab/sun-im/conf.ts';
import { runImadmin } from '../../../src/lab/sun-im/imadmin.ts';
import { passwordIn, readMuxSettings, readServerSettings } from '../../../src/lab/sun-im/settings.ts';
import { hostProgram } from './host-program.ts';
import type { Launch } from './host-program.ts';
import { renderProsody } from './prosody.ts';
import { NAME_SERVER } from './site.ts';

const [confFile = '', runtime = '', ...argv] = process.argv.slice(2);

function serverLaunch(): Launch {
  const settings = readServerSettings(readConf(readFileSync(confFile, 'latin1')), path.dirname(confFile));
  const folder = path.join(runtime, 'prosody');
  const plugins = path.join(import.meta.dirname, 'plugins');
  const file = renderProsody({ settings, folder, plugins, nameServer: NAME_SERVER });
  // Debian's own openssl.cnf forbids what the product's documents promise: TLS 1.0.
  return { argv: ['prosody', '--config', file, '-F'], env: { OPENSSL_CONF: '/dev/null' } };
}

function multiplexorLaunch(): Launch {
  const mux = readMuxSettings(readConf(readFileSync(confFile, 'latin1')), path.dirname(confFile));
  if (!mux.legacySsl)
    return { argv: [process.execPath, path.join(import.meta.dirname, 'relay-main.ts'), 'multiplexor', confFile] };
  const password = passwordIn(readFileSync(mux.passwordFile, 'latin1'));
  // What NSS reads is the bare password.
  const bare = path.join(runtime, 'nss-password');
  writeFileSync(bare, `${password}\n`, { mode: 0o600 });
  const database = ['-d', `dbm:${mux.folder}`, ...(mux.certificatePrefix === '' ? [] : ['-P', mux.certificatePrefix])];
  return {
    argv: ['selfserv', ...database, '-n', mux.nickname, '-p', String(mux.listen.port), '-f', bare, '-V', 'ssl3:tls1.0'],
  };
}

const launchOf = { server: serverLaunch, multiplexor: multiplexorLaunch };
const component = (which: 'server' | 'multiplexor') => {
  const program = hostProgram(which, { runtime, launch: launchOf[which] });
  return { ...program, kill: () => undefined };
};

process.exitCode = await runImadmin(
  { confFile, component },
  {
    tool: 'imadmin',
    profile: '',
    argv,
    cwd: process.cwd(),
    input: process.stdin.pipe(new PassThrough()),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    signal: new AbortController().signal,
  },
);
process.stdin.destroy();
