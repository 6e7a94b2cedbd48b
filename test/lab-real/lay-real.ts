// Lays the real-parts lab: what the embedded lab lays (keys, stores, security.xml, properties), scripts that start this
// folder's programs, keys and known_hosts by ssh-keygen, and the configuration of OpenSSH and Derby.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chmod, chown, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TOOLS, writeScript } from '../../src/lab/bin-scripts.ts';
import { renderInventory } from '../../src/lab/inventory-file.ts';
import { inventoryFile, layLab } from '../../src/lab/lay.ts';
import { addressOf, adminPasswordFile, databaseFile, databasePasswordFile, db2Command } from '../../src/lab/site.ts';
import { hostRoot, profileRoot } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import type { HostsSite } from './hosts.ts';
import { layLogIns, LOG_INS, layOpsInventory } from './log-ins.ts';
import {
  classes,
  compiled,
  DATABASE_ID,
  GATE,
  JAVA,
  passwordDigestFile,
  SERVICE_ID,
  sharedFolder,
  sshFolder,
} from './site.ts';

const JARS = '/usr/share/java';
const CHECKOUT = path.join(import.meta.dirname, '../..');
/** Where the hosts have what lies in the checkout; see host-init.sh. */
export const onHost = (file: string): string =>
  file.startsWith(CHECKOUT) ? path.join('/run/checkout', path.relative(CHECKOUT, file)) : file;
const here = (name: string): string => onHost(path.join(import.meta.dirname, name));
const NODE = onHost(process.execPath);
const shell = (...lines: readonly string[]): string => `#!/bin/sh\n${lines.join('\n')}\n`;

export async function layReal(site: Site): Promise<void> {
  const { dir, scenario } = site;
  await chmod(dir, 0o755);
  await layLab(site, new Date());
  // The table is Derby's here.
  await rm(databaseFile(site));
  await mkdir(classes(dir), { recursive: true });
  const folder = path.join(import.meta.dirname, 'java');
  const sources = (await readdir(folder)).map((name) => path.join(folder, name));
  execFileSync('javac', ['-nowarn', '-d', classes(dir), ...sources], { stdio: ['ignore', 'ignore', 'inherit'] });
  const password = (await readFile(adminPasswordFile(site), 'utf8')).trimEnd();
  await writeFile(passwordDigestFile(dir), createHash('sha256').update(password).digest('hex'));
  await chmod(sharedFolder(dir), 0o755);
  await layTools(site);
  await layDatabase(site);
  await laySsh(site);
  const rendered = renderInventory(site, {
    certificate: 'certificates/wild_acme_com.p12',
    certificatePassword: 'secrets/wild_acme_com.password',
    clientRoots: 'certificates/client-roots.pem',
  });
  await writeFile(inventoryFile(dir), rendered.replace(/nodeAgentWatch: \S+/, 'nodeAgentWatch: 3s'));
  await layOpsInventory(site);
  for (const { name } of scenario.hosts) await own(site, name);
}

async function layTools(site: Site): Promise<void> {
  const quick = `export NODE_COMPILE_CACHE=${compiled(site.dir)}`;
  await mkdir(compiled(site.dir));
  // Each user of a host keeps a folder of its own in it.
  await chmod(compiled(site.dir), 0o1777);
  for (const profile of site.scenario.profiles) {
    const root = profileRoot(site, profile);
    for (const tool of TOOLS) {
      const line = `exec ${NODE} ${here('tool-main.ts')} ${site.dir} ${tool} ${root} "$@"`;
      await writeScript(path.join(root, 'bin', `${tool}.sh`), shell(quick, line));
    }
    const jython = `${JARS}/jython.jar:${classes(site.dir)}`;
    const options = '-Dpython.home=/usr/share/jython -Dpython.import.site=false -Dpython.cachedir.skip=true';
    const program = `${here('wsadmin/wsadmin.py')} ${NODE} ${here('wsadmin/bridge.ts')} ${root}`;
    const line = `exec java ${JAVA.join(' ')} ${options} -cp ${jython} org.python.util.jython ${program} "$@"`;
    await writeScript(path.join(root, 'bin/wsadmin.sh'), shell(quick, line));
  }
}

async function layDatabase(site: Site): Promise<void> {
  const { database } = site.scenario;
  const root = hostRoot(site, database.host);
  const home = path.join(root, 'derby');
  const password = (await readFile(databasePasswordFile(site), 'utf8')).trimEnd();
  await mkdir(home, { mode: 0o700 });
  const properties = [
    'derby.connection.requireAuthentication=true',
    'derby.authentication.provider=BUILTIN',
    `derby.user.${database.user}=${password}`,
    'derby.database.sqlAuthorization=false',
  ];
  await writeFile(path.join(home, 'derby.properties'), `${properties.join('\n')}\n`, { mode: 0o600 });
  const jars = ['derby', 'derbynet', 'derbytools'].map((name) => `${JARS}/${name}.jar`).join(':');
  const java = `java ${JAVA.join(' ')} -Dderby.system.home=${home} -cp ${jars}`;
  const start = `${java} org.apache.derby.drda.NetworkServerControl start -h 127.0.0.1 -p 50000 -noSecurityManager`;
  await writeScript(path.join(root, 'start-database'), shell(`cd ${home}`, `exec ${start}`));
  const client = `${JARS}/derbyclient.jar:${classes(site.dir)}`;
  const command = `exec java ${JAVA.join(' ')} -cp ${client} Db2 jdbc:derby://127.0.0.1:50000/ ${database.name} "$@"`;
  await writeScript(db2Command(site), shell(command));
  // The table, by the same engine before its server starts.
  const sql = `connect 'jdbc:derby:${database.name};create=true;user=${database.user};password=${password}';
create table mtg.configuration (server_id varchar(64) not null, configuration_key varchar(128) not null,
  configuration_value varchar(255) not null, primary key (server_id, configuration_key));
exit;\n`;
  const words = [...JAVA, `-Dderby.system.home=${home}`, '-cp', jars, 'org.apache.derby.tools.ij'];
  const said = execFileSync('java', words, { input: sql, cwd: home, encoding: 'utf8' });
  if (/ERROR/.test(said)) throw new Error(`Derby did not make the table:\n${said}`);
}

export async function laySsh(site: HostsSite): Promise<void> {
  const key = path.join(site.dir, 'id_ed25519');
  const keygen = (file: string): Buffer =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  keygen(key);
  const known = path.join(site.dir, 'known_hosts');
  const gate = addressOf(site, GATE);
  const allowed = `AllowUsers wasadmin ${Object.keys(LOG_INS)
    .map((name) => `${name}@${gate}`)
    .join(' ')}`;
  for (const { name } of site.scenario.hosts) {
    const folder = sshFolder(site, name);
    await mkdir(folder, { recursive: true });
    keygen(path.join(folder, 'host_key'));
    const line = await readFile(path.join(folder, 'host_key.pub'), 'utf8');
    await appendFile(known, `${addressOf(site, name)} ${line}`);
    await writeFile(path.join(folder, 'authorized_keys'), await readFile(`${key}.pub`));
    await layLogIns(site.dir, folder);
    const settings = [
      'Port 22',
      `HostKey ${folder}/host_key`,
      `AuthorizedKeysFile ${folder}/authorized_keys`,
      'PidFile none',
      'UsePAM no',
      'PasswordAuthentication no',
      'StrictModes no',
      'LogLevel VERBOSE',
      // Who is not the service user comes from the gate only.
      name === GATE ? `AllowUsers wasadmin ${Object.keys(LOG_INS).join(' ')}` : allowed,
    ];
    await writeFile(path.join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  }
  // Names in known_hosts are hashed, as Debian does it.
  execFileSync('ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
  await rm(`${known}.old`, { force: true });
}

/** All files are the service user's, but what belongs to root or to the database's owner on a real host. */
async function own(site: Site, host: string): Promise<void> {
  const root = hostRoot(site, host);
  await mkdir(path.join(root, 'home', site.scenario.user), { recursive: true });
  execFileSync('chown', ['-R', `${SERVICE_ID}:${SERVICE_ID}`, root]);
  execFileSync('chown', ['-R', '0:0', sshFolder(site, host)]);
  await chmod(path.join(root, 'etc'), 0o755);
  if (host !== site.scenario.database.host) return;
  execFileSync('chown', ['-R', `${DATABASE_ID}:${DATABASE_ID}`, path.join(root, 'derby')]);
  await writeFile(path.join(root, 'database.log'), '');
  await chown(path.join(root, 'database.log'), DATABASE_ID, DATABASE_ID);
}
