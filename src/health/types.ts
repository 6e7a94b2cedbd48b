// A health check is data in the plan: a probe with an expectation. Executed by src/health/, one file per kind.
import type { ProtocolVersion } from '../tls/types.ts';

export type HealthCheck =
  /** every version in `accepts` completes a hello, every one in `refuses` is explicitly refused */
  | {
      readonly kind: 'listener';
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly accepts: readonly ProtocolVersion[];
      readonly refuses: readonly ProtocolVersion[];
      /** served chain, leaf first; null: not checked */
      readonly chainSha256: readonly string[] | null;
      readonly deadlineMs: number;
    }
  /** the process lives and keeps its process id for `sameForMs` */
  | {
      readonly kind: 'process';
      readonly name: string;
      readonly host: string;
      readonly pidFile: string;
      readonly sameForMs: number;
      readonly deadlineMs: number;
    }
  /** files of a node's replica have the digests of the master's */
  | {
      readonly kind: 'replica';
      readonly name: string;
      readonly masterHost: string;
      readonly masterRoot: string;
      readonly host: string;
      readonly root: string;
      /** paths below both roots */
      readonly files: readonly string[];
    }
  /** log lines after the offset taken before the step have none of these message ids */
  | {
      readonly kind: 'log';
      readonly name: string;
      readonly host: string;
      readonly path: string;
      readonly forbidden: readonly string[];
    }
  /** a client population still finds a version in common with the listener */
  | {
      readonly kind: 'client-link';
      readonly name: string;
      readonly client: string;
      readonly address: string;
      readonly port: number;
      readonly offers: readonly ProtocolVersion[];
      readonly deadlineMs: number;
    }
  /** the plaintext handshake and a TLS hello together tell the mode of a port */
  | {
      readonly kind: 'mode';
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly is: 'legacy' | 'dynamic' | 'strict';
      readonly deadlineMs: number;
    }
  /** log-ins between a server and its peers, in the logs of both ends after the offsets taken before the step */
  | {
      readonly kind: 'peers';
      readonly name: string;
      readonly host: string;
      readonly log: string;
      /** the server's own address, as its peers write it */
      readonly address: string;
      readonly expects: readonly {
        readonly name: string;
        /** as the server writes it */
        readonly address: string;
        readonly host: string;
        readonly log: string;
      }[];
      readonly deadlineMs: number;
    }
  /** whoever was connected to the server port before the step is connected again; clients are counted only */
  | {
      readonly kind: 'callers';
      readonly name: string;
      readonly host: string;
      readonly log: string;
      readonly serverPort: number;
      /** null: it has none */
      readonly clientPort: number | null;
      /** addresses that need not come back: the proof says that they cannot, and nothing requires them */
      readonly except: readonly string[];
      /** addresses of callers that come and go: they fail the check only when they are refused */
      readonly comesAndGoes: readonly string[];
      readonly deadlineMs: number;
    }
  /** a command of the host ends with status 0 */
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly host: string;
      readonly argv: readonly string[];
      readonly deadlineMs: number;
    }
  /** an XMPP port is plain, dynamic or strict, as its streams prove, and its certificate is for the domain */
  | {
      readonly kind: 'stream';
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly domain: string;
      readonly service: 'client' | 'server';
      readonly is: 'legacy' | 'dynamic' | 'strict';
      /** served chain, leaf first; null: not checked */
      readonly chainSha256: readonly string[] | null;
      readonly deadlineMs: number;
    }
  /** a ping of a user of the server to another domain comes back */
  | {
      readonly kind: 'ping';
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly domain: string;
      /** `<federation>/<server>` whose log-in is used */
      readonly login: string;
      readonly to: string;
      readonly deadlineMs: number;
    }
  /** the Sametime proxy says that it is connected to the community */
  | {
      readonly kind: 'proxy-connected';
      readonly name: string;
      readonly url: string;
      readonly deadlineMs: number;
    };

export type HealthVerdict = 'pass' | 'fail' | 'inconclusive';
export type HealthResult = { readonly check: string; readonly verdict: HealthVerdict; readonly detail: string };
