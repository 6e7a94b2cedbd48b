// What keytool, certutil, pk12util and imadmin print, and the two small files around them. The texts of the first three are as
// captured (OpenJDK 17.0.15, NSS 3.87); the same is tried against the real tools in stores.long.ts.
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import type { CommandResult } from '../../../src/core/shell.ts';
import { claimOf, effectOf, imadminCommand } from '../../../src/products/sun-im/imadmin.ts';
import { judgeKeytool, objectionsToJks, parseKeytoolList } from '../../../src/products/sun-im/jks-output.ts';
import { lookCommand, parseLook } from '../../../src/products/sun-im/look.ts';
import { judgeNss, parseCertutilKeys, parseCertutilList } from '../../../src/products/sun-im/nss-output.ts';
import { parsePasswordFile, renderPasswordFile } from '../../../src/products/sun-im/password-file.ts';

const source = { host: 'im1', path: 'keytool' };
const result = (exitCode: number, stdout: string, stderr = ''): CommandResult => ({ exitCode, stdout, stderr });
const error = (text: string): CommandResult => result(1, `keytool error: ${text}\n`, 'Enter keystore password:  ');

describe('keytool', () => {
  const look = (text: string) => parseLook(`folder ${text}`, source);
  test.each([
    ['store-password', 'java.io.IOException: Keystore was tampered with, or password was incorrect'],
    ['p12-password', 'java.io.IOException: keystore password was incorrect'],
    ['key-password', 'java.lang.Exception: Too many failures - try later'],
    ['key-password', 'java.security.UnrecoverableKeyException: Cannot recover key'],
    ['alias-missing', 'java.lang.Exception: Alias <NoSuch> does not exist'],
    ['alias-taken', 'java.lang.Exception: Certificate not imported, alias <lab-root> already exists'],
    ['no-file', 'java.lang.Exception: Keystore file does not exist: /d/t.jks'],
    ['not-a-key-store', 'java.io.IOException: Invalid keystore format'],
    ['not-a-key-store', 'java.io.EOFException'],
    ['other', 'java.lang.Exception: something new'],
  ])('%s', (why, text) => {
    expect(judgeKeytool(error(text), '/d/t.jks')).toMatchObject({ kind: 'failed', why });
  });

  test.each([
    ['file-missing', 'open\nreadable a.jks\n'],
    ['file-unreadable', 'open\nunreadable t.jks\n'],
    ['file-unreadable', 'closed\n'],
    ['no-file', 'open\nreadable t.jks\n'],
  ])('"does not exist" is %s after a look: %j', (why, seen) => {
    const said = error('java.lang.Exception: Keystore file does not exist: /d/t.jks');
    expect(judgeKeytool(said, '/d/t.jks', look(seen))).toMatchObject({ why });
  });

  test('an exit status of 0 with nothing made or checked is a failure', () => {
    const short = 'Keystore password is too short - must be at least 6 characters';
    expect(judgeKeytool(result(0, '', short), 's')).toMatchObject({ why: 'password-too-short', line: short });
    const unverified = '* The integrity of the information stored in your keystore  *';
    expect(judgeKeytool(result(0, '', unverified), 's')).toMatchObject({ why: 'not-verified' });
    expect(judgeKeytool(result(0, 'Certificate was added to keystore'), 's')).toEqual({ kind: 'done' });
  });

  const LIST = [
    'Keystore type: JKS',
    'Your keystore contains 2 entries',
    'Alias name: im-server',
    'Creation date: Nov 21, 2026',
    'Entry type: PrivateKeyEntry',
    'Certificate chain length: 3',
    'Certificate[1]:',
    'Alias name: lab-root',
    'Entry type: trustedCertEntry',
    '',
  ].join('\n');

  test('a listing is understood whole, or not at all', () => {
    const entries = parseKeytoolList(LIST, source);
    expect(entries).toEqual([
      { alias: 'im-server', kind: 'key', chainLength: 3 },
      { alias: 'lab-root', kind: 'trusted', chainLength: 1 },
    ]);
    expect(parseKeytoolList(LIST.replace('PrivateKeyEntry', 'keyEntry'), source)).toEqual(entries);
    for (const text of [
      '',
      LIST.replace('2 entries', '3 entries'),
      LIST.replace('trustedCertEntry', 'SecretKeyEntry'),
    ]) {
      expect(() => parseKeytoolList(text, source)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
    }
  });

  test('a store is compared with what was to be made', () => {
    const entries = parseKeytoolList(LIST, source);
    const wanted = { alias: 'IM-Server', chainLength: 3, signers: ['lab-root'] };
    expect(objectionsToJks(entries, wanted)).toEqual([]);
    expect(objectionsToJks(entries, { ...wanted, chainLength: 1 })).toEqual([
      'the chain of IM-Server has 3 certificates, not 1',
    ]);
    expect(objectionsToJks(entries, { ...wanted, signers: ['x'] })).toEqual(['signer x is missing']);
    expect(objectionsToJks(entries, { ...wanted, alias: 'x' })).toEqual([
      'there is no key x',
      'there is another key, im-server',
    ]);
  });
});

describe('certutil and pk12util', () => {
  const database = { folder: '/d', form: 'dbm', prefix: '', password: new Secret('x', 'x') } as const;
  const LEGACY =
    'certutil: function failed: SEC_ERROR_LEGACY_DATABASE: The certificate/key database is in an old, unsupported format.';
  test.each([
    [
      'keys',
      'database-password',
      'Incorrect password/PIN entered.\ncertutil: could not authenticate to token NSS Certificate DB.: SEC_ERROR_BAD_PASSWORD: x',
    ],
    [
      'import',
      'p12-password',
      'pk12util: PKCS12 decode not verified: SEC_ERROR_BAD_PASSWORD: The security password entered is incorrect.',
    ],
    ['import', 'p12-file', 'pk12util: File Open failed: nope.p12: PR_FILE_NOT_FOUND_ERROR: File not found'],
    ['validity', 'nickname-missing', 'certutil: Could not find cert: nope\n: PR_FILE_NOT_FOUND_ERROR: File not found'],
    [
      'trust',
      'nickname-missing',
      'certutil: could not find certificate named "nope": SEC_ERROR_BAD_DATABASE: security library: bad database.',
    ],
    ['validity', 'not-valid', "certutil: certificate is invalid: Peer's Certificate issuer is not recognized."],
    ['list', 'database', LEGACY],
    ['list', 'other', 'certutil: something new'],
  ] as const)('%s: %s', (verb, why, text) => {
    expect(judgeNss(verb, result(255, '', text), database)).toMatchObject({ kind: 'failed', why });
  });

  test.each([
    ['folder-missing', '', 'absent'],
    ['database-unreadable', '', 'closed'],
    ['database-unreadable', '', 'open\nunreadable cert8.db\nreadable key3.db\nreadable secmod.db'],
    ['database-missing', '', 'open\nreadable other.txt'],
    ['database-missing', '', 'open\nreadable cert8.db\nreadable key3.db'],
    [
      'prefix-wrong',
      'This-Database',
      'open\nreadable This-Database-cert8.db\nreadable This-Database-key3.db\nreadable secmod.db',
    ],
    ['prefix-wrong', 'a-', 'open\nreadable cert8.db\nreadable key3.db\nreadable secmod.db'],
    ['form-wrong', '', 'open\nreadable cert9.db\nreadable key4.db\nreadable pkcs11.txt'],
    ['database-damaged', '', 'open\nreadable cert8.db\nempty key3.db\nreadable secmod.db'],
  ])('one error, after a look: %s', (why, prefix, seen) => {
    const base = { ...database, prefix };
    expect(judgeNss('list', result(255, '', LEGACY), base, parseLook(`folder ${seen}\n`, source))).toMatchObject({
      why,
    });
  });

  test('the prefix that would fit is named', () => {
    const seen = parseLook('folder open\nreadable This-Database-cert8.db\n', source);
    const outcome = judgeNss('list', result(255, '', LEGACY), { ...database, prefix: 'This-Database' }, seen);
    expect(outcome).toMatchObject({ fix: expect.stringContaining('Use "This-Database-"') });
  });

  test('an exit status of 0 without the telling line proves nothing', () => {
    expect(judgeNss('validity', result(0, ''), database)).toMatchObject({ why: 'nothing-proved' });
    expect(judgeNss('validity', result(0, 'certutil: certificate is valid\n'), database)).toEqual({ kind: 'done' });
    expect(judgeNss('import', result(0, 'pk12util: PKCS12 IMPORT SUCCESSFUL\n'), database)).toEqual({ kind: 'done' });
    expect(judgeNss('create', result(0, ''), database)).toEqual({ kind: 'done' });
  });

  test('the listings', () => {
    const list = [
      '',
      'Certificate Nickname                                         Trust Attributes',
      '                                                             SSL,S/MIME,JAR/XPI',
      '',
      'Multiplexor-Cert                                             u,u,u',
      'Lab Issuing CA - Lab                                         ,,   ',
      'Lab Root CA - Lab                                            CT,, ',
    ].join('\n');
    expect(parseCertutilList(list)).toEqual([
      { nickname: 'Multiplexor-Cert', trust: 'u,u,u' },
      { nickname: 'Lab Issuing CA - Lab', trust: ',,' },
      { nickname: 'Lab Root CA - Lab', trust: 'CT,,' },
    ]);
    expect(parseCertutilKeys('< 0> rsa      a53622fa1415566ed0e12b671d3644646ddf62d3   Multiplexor-Cert\n')).toEqual([
      'Multiplexor-Cert',
    ]);
  });
});

describe('a look at a folder', () => {
  test('another form than asked for is refused', () => {
    for (const text of ['', 'sudo: a password is required', 'folder open\nwhat is this']) {
      expect(() => parseLook(text, source)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
    }
    expect(lookCommand('/d', 'inetuser').argv.slice(0, 5)).toEqual(['sudo', '-n', '-u', 'inetuser', '--']);
  });
});

describe('sslpassword.conf', () => {
  const parse = (text: string): Secret =>
    parsePasswordFile(Buffer.from(text), { host: 'im1', path: 'sslpassword.conf' });
  test('is one line, and the password may have colons', () => {
    const secret = new Secret('x', 'password');
    const parts = renderPasswordFile(secret);
    expect(Array.isArray(parts) && parts.map((part) => (part instanceof Secret ? part : String(part)))).toEqual([
      'Internal (Software) Token:',
      secret,
      '\n',
    ]);
    expect(Secret.isSame(parse('Internal (Software) Token:pa:ss:wd\r\n'), new Secret('pa:ss:wd', ''))).toBe(true);
  });

  test.each([
    '',
    'password',
    'Internal (Software) Token:',
    'NSS Certificate DB:x',
    'Internal (Software) Token:a\nInternal (Software) Token:b',
  ])('of another form is refused, without its text: %j', (text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'FACT_UNREADABLE', message: expect.not.stringContaining('password"') }),
    );
  });
});

describe('imadmin', () => {
  const home = { imadmin: '/opt/sun/im/sbin/imadmin' };
  test('its command lines', () => {
    expect(imadminCommand(home, 'status').argv).toEqual(['/opt/sun/im/sbin/imadmin', 'status']);
    const named = { ...home, conf: '/etc/opt/sun/im/two/config/iim.conf', user: 'inetuser' };
    expect(imadminCommand(named, 'refresh', 'server').argv).toEqual([
      'sudo',
      '-n',
      '-u',
      'inetuser',
      '--',
      '/opt/sun/im/sbin/imadmin',
      '-c',
      '/etc/opt/sun/im/two/config/iim.conf',
      'refresh',
      'server',
    ]);
  });

  test('on a cluster only the verbs that change nothing are there', () => {
    const clustered = { ...home, isClustered: true };
    expect(imadminCommand(clustered, 'status').argv).toContain('status');
    for (const verb of ['start', 'stop', 'refresh'] as const) {
      expect(() => imadminCommand(clustered, verb)).toThrow(expect.objectContaining({ code: 'POLICY_REFUSED' }));
    }
  });

  test('refresh is a stop and a start, and cuts off who is connected', () => {
    expect(effectOf('refresh', 'multiplexor')).toEqual({
      stops: true,
      starts: true,
      cutsOff: ['every client behind the multiplexor'],
    });
    expect(effectOf('refresh', 'server').cutsOff).toHaveLength(3);
    expect(effectOf('start', 'server')).toEqual({ stops: false, starts: true, cutsOff: [] });
    expect(effectOf('status')).toEqual({ stops: false, starts: false, cutsOff: [] });
  });

  test.each([
    ['running', 'Server                [running]\nMultiplexor [not running]\n'],
    ['stopped', 'The server is NOT running\n'],
    ['changing', 'server: starting ...\n'],
    ['nothing', 'multiplexor: up\n'],
    ['nothing', 'server up\nserver down\n'],
    ['nothing', ''],
  ])('what status prints is a claim: %s', (says, text) => {
    expect(claimOf(text, 'server')).toMatchObject({ says, isProof: false });
  });
});
