// Connects a wsadmin session through the client of the SOAP connector, and tells a refused log-in from the rest.
import { connectSoap } from '../soap-client.ts';
import type { SoapConnection } from '../soap-client.ts';
import type { LineReader } from '../line-reader.ts';
import type { WsadminArguments } from './arguments.ts';
import type { Refusal, WsadminConnection } from './connection.ts';
import type { Target } from './target.ts';

type Options = {
  readonly profile: string;
  readonly target: Target;
  readonly args: WsadminArguments;
  readonly lines: LineReader;
  readonly write: (text: string) => void;
};

const CONNECTOR = 'com.ibm.websphere.management.exception';
const DENIED = 'ADMN0022E';

export async function connectWsadmin({
  profile,
  target,
  args,
  lines,
  write,
}: Options): Promise<WsadminConnection | Refusal> {
  const { user, password } = args;
  const login = user === undefined || password === undefined ? {} : { login: { user, password } };
  try {
    const soap = await connectSoap({ profile, ...target, input: lines, output: write, ...login });
    return { banner: soap.peer, call: (...words) => call(soap, ...words), close: () => soap.close() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes(DENIED)) return { kind: 'authentication', text };
    return {
      kind: 'connection',
      text: `${CONNECTOR}.ConnectorNotAvailableException: [SOAPException: faultCode=SOAP-ENV:Client; msg=${text}]`,
    };
  }
}

async function call(
  soap: SoapConnection,
  object: string,
  method: string,
  args: readonly (string | readonly string[])[],
): Promise<string> {
  try {
    const result = await soap.request('call', { object, method, args });
    return typeof result === 'string' ? result : '';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const given = 'javaClass' in error && typeof error.javaClass === 'string' ? error.javaClass : '';
    const javaClass = given === '' ? `${CONNECTOR}.ConnectorException` : given;
    throw new Error(`${javaClass}: ${error.message}`, { cause: error });
  }
}
