// How a host of the inventory is reached, and where its secrets come from. Paths are absolute; the YAML form is documented in
// docs/inventory.md.

/** What a log-in needs; a jump host is no more than that. */
export type LogInEntry = {
  /** as messages name it */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** private keys, in the order in which they are offered */
  readonly identityFiles: readonly string[];
  readonly knownHostsFile: string;
  /** socket of an ssh-agent whose keys are offered after the files; true: the one of SSH_AUTH_SOCK */
  readonly agent?: true | string;
  /** credential whose password opens the private keys */
  readonly passphrase?: string;
  /** algorithms that OpenSSH has switched off, offered after all others */
  readonly legacyAlgorithms?: readonly LegacyAlgorithm[];
};

export type HostEntry = LogInEntry & {
  /** on the way to it, first hop first; absent: reached directly */
  readonly jump?: readonly LogInEntry[];
  /** every command runs as this account; absent: as the log-in */
  readonly become?: BecomeEntry;
  /** absent: unix */
  readonly os?: HostOs;
};

export const HOST_OSES = ['unix', 'windows'] as const;
export type HostOs = (typeof HOST_OSES)[number];

export const BECOME_METHODS = ['sudo', 'su'] as const;

export type BecomeEntry = {
  readonly user: string;
  readonly method: (typeof BECOME_METHODS)[number];
  /** credential whose password sudo or su asks for; absent: none may be asked for */
  readonly login?: string;
  /** path of sudo or su, where the log-in's PATH does not have it */
  readonly program?: string;
};

/** Off by default in OpenSSH since 7.0 to 8.8; what old machines still speak. */
export const LEGACY_ALGORITHMS = [
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group1-sha1',
  'diffie-hellman-group-exchange-sha1',
  'ssh-rsa',
  'ssh-dss',
  'aes256-cbc',
  'aes192-cbc',
  'aes128-cbc',
  '3des-cbc',
  'hmac-sha1',
  'hmac-md5',
] as const;
export type LegacyAlgorithm = (typeof LEGACY_ALGORITHMS)[number];

/** Where a secret comes from; never the secret itself. */
export type SecretSource =
  | { readonly kind: 'file'; readonly file: string }
  /** its standard output, without one line end */
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly timeoutMs: number }
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** a line `NAME=secret` of standard input */
  | { readonly kind: 'stdin' }
  /** a person at a terminal */
  | { readonly kind: 'prompt' };
