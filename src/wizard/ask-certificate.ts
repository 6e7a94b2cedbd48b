// The certificate: file, password, what is in it, and the name that it gets on the servers.
import { OperatorError } from '../core/errors.ts';
import type { CertificateLook, Goal, Interviewer, World } from './types.ts';

export async function askCertificate(ask: Interviewer, world: World, goal: Goal): Promise<void> {
  if (goal === 'renewal') await askOne(ask, world, 'current-certificate', 'the certificate that is in use now');
  await askOne(ask, world, 'certificate', 'the new certificate');
}

async function askOne(
  ask: Interviewer,
  world: World,
  key: 'certificate' | 'current-certificate',
  what: string,
): Promise<void> {
  const file = await ask.text({
    key: `${key}-file`,
    flag: `--${key}-file`,
    text: `PKCS#12 file with ${what}, its key and its chain`,
    isFile: true,
    check: (text) => world.fileProblem(text),
  });
  const passwordFile = await ask.secretFile({
    key: `${key}-password-file`,
    flag: `--${key}-password-file`,
    text: 'File with its password',
    suggestion: `./secrets/${key}.password`,
  });
  const look = await world.look(file, passwordFile);
  if (look.aliases.length === 0) {
    const hint = 'Export the certificate together with its key and chain.';
    throw new OperatorError('CERTIFICATE_ALIAS', `key store ${file}: it holds no certificate with a private key`, {
      hint,
    });
  }
  ask.tell(look.view);
  if (look.aliases.length > 1) {
    await ask.choose({
      key: `${key}-alias-in-file`,
      flag: `--${key}-alias-in-file`,
      text: 'Which one is meant?',
      choices: look.aliases.map((alias) => ({ value: alias, name: alias })),
    });
  }
  await ask.text({
    key: `${key}-alias`,
    flag: `--${key}-alias`,
    text: key === 'certificate' ? 'Its alias on the servers (< takes another file)' : 'Its alias in WebSphere',
    suggestion: suggestedAlias(look),
    check: (text) =>
      text === text.toLowerCase() && /^[^\s'"`\\[\]{}-][^\s'"`\\[\]{}]*$/u.test(text)
        ? undefined
        : 'Aliases are written in lower case, without blanks and quotes.',
  });
}

/** The domain and the year of its end: acme-example-2027. */
export function suggestedAlias({ subject, notAfter }: Pick<CertificateLook, 'subject' | 'notAfter'>): string {
  const name = /CN=([^,]+)/u.exec(subject)?.[1] ?? subject;
  const word = name
    .toLowerCase()
    .replace(/^\*\./u, 'wild-')
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
  return `${word === '' ? 'certificate' : word}-${notAfter.slice(0, 4)}`;
}
