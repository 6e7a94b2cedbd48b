// A community server's connection to its directory: TLS as soon as a trust store is there for STLDAP_, and no log-ins of
// clients while the directory cannot be asked. The bind is LDAP's own message (RFC 4511, 4.2), anonymous.
import type { Link, Session } from './session.ts';
import { secureText } from './session.ts';
import { keepSession } from './keep-session.ts';
import type { MemberParts } from './member.ts';
import type { ScopeTls } from './member-settings.ts';

const BIND = Buffer.from('300c020101600702010304008000', 'hex');

export function openDirectory({ site, member, sockets, log, retryMs }: MemberParts, scope: ScopeTls) {
  const { address, offset } = site.scenario.ldap;
  const kept = keepSession({
    target: () => ({
      from: member.address,
      address,
      port: site.basePort + offset,
      sockets,
      clear: true,
      tls: scope.trust === undefined ? undefined : scope,
    }),
    login: bind,
    retryMs,
    onUp: ({ secure }) => log('I', 'LDAP', `bound to the directory at ${address}, ${secureText(secure)}`),
    onDown: () => log('W', 'LDAP', `connection to the directory at ${address} was closed`),
    onFailure: (reason) => log('E', 'LDAP', `directory at ${address} cannot be asked, reason: ${reason}`),
  });
  return { isUp: () => kept.session() !== undefined, end: () => kept.end() };
}

function bind({ stream, secure, address }: Link, closed: () => void): Promise<Session> {
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  let isBound = false;
  stream.once('data', () => {
    isBound = true;
    const identity = { kind: 'application', name: 'ldap' } as const;
    resolve({ identity, secure, address, send: () => undefined, close: () => stream.destroy() });
  });
  stream.on('error', () => stream.destroy());
  stream.on('close', () => {
    if (isBound) closed();
    else reject(new Error('the directory closed the connection'));
  });
  stream.write(BIND);
  return promise;
}
