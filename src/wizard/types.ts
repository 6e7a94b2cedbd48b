// Words of the wizard. It is a plain conversation: questions are asked one after another through an Interviewer, and what it
// must know of hosts and files comes through a World. Neither knows the other, so a test can be both.
import type { Discovery } from '../discover/types.ts';

export type Answer = string | readonly string[];

/** key -> answer, in the order in which they were given; `role.stCell/stpNode` is the answer `role` for that node */
export type Answers = ReadonlyMap<string, Answer>;

type Asked = {
  /** in the answers file */
  readonly key: string;
  /** as on the command line: --role stCell/stpNode=WORD */
  readonly flag: string;
  /** one line */
  readonly text: string;
};

export type ChoiceQuestion = Asked & {
  readonly choices: readonly {
    readonly value: string;
    readonly name: string;
    /** why it cannot be chosen */
    readonly disabled?: string;
  }[];
  readonly suggestion?: string;
};

/** undefined: the answer can be used; else why it cannot, as a full sentence */
export type Check = (answer: string) => string | undefined | Promise<string | undefined>;

export type TextQuestion = Asked & {
  readonly suggestion?: string;
  readonly check: Check;
  /** a file of this machine */
  readonly isFile?: boolean;
};

export type ManyQuestion = Asked & {
  readonly choices: readonly { readonly value: string; readonly name: string }[];
  readonly suggestion: readonly string[];
};

export interface Interviewer {
  choose(question: ChoiceQuestion): Promise<string>;
  text(question: TextQuestion): Promise<string>;
  many(question: ManyQuestion): Promise<readonly string[]>;
  /** one answer of several texts with commas between them */
  list(question: TextQuestion): Promise<readonly string[]>;
  /** a file with a password; where there is none, a person may type the password, and the file is made */
  secretFile(
    question: Asked & {
      readonly suggestion: string;
      /** `-` is an answer, too: there is none */
      readonly mayBeNone?: boolean;
    },
  ): Promise<string>;
  /** answered in a file, on the command line, or before */
  isGiven(key: string): boolean;
  /** false: nobody is there who could be asked */
  readonly mayAsk: boolean;
  /** shown before the next question, if there is one */
  tell(text: string): void;
}

export type WizardHost = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  /** names of the hosts on the way to it, first hop first; absent: it is reached directly */
  readonly jump?: readonly string[];
  /** absent: everything is done as the log-in */
  readonly become?: Become;
};

export type Become = {
  readonly method: 'sudo' | 'su';
  readonly user: string;
  /** absent: no password is asked for */
  readonly passwordFile?: string;
};

export type Machines = {
  readonly hosts: readonly WizardHost[];
  /** hosts that are only passed through */
  readonly gates: readonly WizardHost[];
};

export type CertificateLook = {
  /** what a person should see before using it */
  readonly view: string;
  /** entries with a private key */
  readonly aliases: readonly string[];
  readonly subject: string;
  readonly notAfter: string;
};

export type Unreached = { readonly name: string; readonly reason: string };

export interface World {
  /** those that do not answer from here, with the reason as a sentence */
  unreached(hosts: readonly WizardHost[]): Promise<readonly Unreached[]>;
  /** @param keys confirmed so far: those of the hosts on the way are needed
   * @returns `ssh-ed25519 AAAA...` */
  hostKey(host: WizardHost, machines: Machines, keys: ReadonlyMap<string, string>): Promise<string>;
  fingerprint(key: string): string;
  /** reads the hosts that were not read in the same way before; gates are only passed through */
  discover(
    machines: Machines,
    search: ReadonlyMap<string, readonly string[]>,
    keys: ReadonlyMap<string, string>,
  ): Promise<Discovery>;
  /** whether something listens there; true when hosts are not to be asked */
  isOpen(address: string, port: number): Promise<boolean>;
  /** undefined: it can be read */
  fileProblem(file: string): Promise<string | undefined>;
  /** @throws OperatorError when the password does not open it */
  look(file: string, passwordFile: string): Promise<CertificateLook>;
  /** what `--host` is: a problem, or the hosts */
  hostsProblem(hosts: readonly string[]): string | undefined;
  hosts(hosts: readonly string[], user: string, identityFile: string): readonly WizardHost[];
  /** names of the playbooks that come with the program */
  readonly playbooks: readonly string[];
  readonly identityFile: string;
}

export const GOALS = ['audit', 'tls12', 'community', 'sun-im', 'renewal'] as const;
export type Goal = (typeof GOALS)[number];

/** What a conversation ends with. */
export type Outcome = {
  readonly goal: Goal;
  readonly machines: Machines;
  readonly discovery: Discovery;
};
