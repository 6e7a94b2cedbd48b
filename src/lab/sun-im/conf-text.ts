// iim.conf and httpbind.conf as an administrator would find them: as configure wrote them in 2007, by hand since then, nothing of TLS.
import type { ImServerSpec } from '../scenario/sun-im.ts';
import { ADDRESS, addressOf } from '../site.ts';
import type { SunImSite } from './site.ts';
import { configFolder, portOf, runtimeFolder, serverNamed } from './site.ts';

/** What a server has to know of another one. */
type Known = { readonly domain: string; readonly address: string; readonly port: number; readonly id: string };

export const serverId = (name: string): string => `Iam${name}`;
/** Of a pair, the same at both ends; real ones are two. Nothing reads it (see docs/lab-sun-im.md). */
const pairPassword = (one: string, other: string): string => `secret4${[one, other].toSorted().join('')}`;

export function renderIim(site: SunImSite, server: ImServerSpec): string {
  const { name, host, domain, coservers } = server;
  const at = (offset: number): string => `${addressOf(site, host)}:${portOf(site, offset)}`;
  const folder = configFolder(site, host);
  return [
    '! Sun Java System Instant Messaging',
    `! ${host}, written by configure; changes below by hand`,
    'iim.comm.modules = "iim_server,iim_mux"',
    `iim.user = "${site.scenario.user}"`,
    `iim.instancevardir = "${runtimeFolder(site, host)}"`,
    'iim.jvm.command = "/usr/j2se/bin/java"',
    '! directory',
    'iim_ldap.host = "ldap.acme.example:389"',
    'iim_ldap.usergroupbinddn = "uid=msg-admin,ou=People,o=acme.example"',
    `iim_ldap.usergroupbindcred = "bind-secret-of-${name}"`,
    '',
    '! Server to server communication port.',
    `iim_server.port = "${at(server.server)}"`,
    'iim_server.useport = "True"',
    'iim_server.usemuxport\t=\ttrue',
    `iim_server.domainname=${domain}`,
    `iim_server.serverid=${serverId(name)}`,
    `iim_server.password=secret4${name}`,
    `iim_server.coservers = "${Object.keys(coservers).join(',')}"`,
    ...Object.entries(coservers).flatMap(([coserver, other]) => {
      const { domain: theirs, address, port, id } = knownAs(site, other);
      return [
        `iim_server.${coserver}.host=${address}:${port}`,
        `iim_server.${coserver}.serverid=${id}`,
        `iim_server.${coserver}.password=${pairPassword(name, other)}`,
        `iim_server.${coserver}.domain=${theirs}`,
      ];
    }),
    '',
    '! IIM multiplexor configuration',
    '! =============================',
    `iim_mux.listenport = "${at(server.client)}"`,
    `iim_mux.serverport = "${at(server.link)}"`,
    'iim_mux.numinstances = "1"',
    'iim_mux.maxsessions = "1000"',
    'iim_mux.usessl = "off"',
    `iim_mux.secconfigdir = "${folder}"`,
    '',
  ].join('\n');
}

function knownAs(site: SunImSite, name: string): Known {
  const { partner } = site.scenario;
  if (name === partner.name)
    return { domain: partner.domain, address: ADDRESS, port: portOf(site, partner.server), id: serverId(partner.name) };
  const { domain, host, server } = serverNamed(site, name);
  return { domain, address: addressOf(site, host), port: portOf(site, server), id: serverId(name) };
}

/** The other company's, which the lab's hands turn to TLS and back. */
export function renderPartner(site: SunImSite, hasTls: boolean): string {
  const { partner } = site.scenario;
  const { domain, address, port, id } = knownAs(site, partner.knows);
  return [
    'iim.comm.modules = "iim_server"',
    'iim.jvm.command = "/usr/j2se/bin/java"',
    `iim_server.port = "${ADDRESS}:${portOf(site, partner.server)}"`,
    'iim_server.usemuxport = "false"',
    `iim_server.domainname=${partner.domain}`,
    `iim_server.serverid=${serverId(partner.name)}`,
    'iim_server.coservers=acme',
    `iim_server.acme.host=${address}:${port}`,
    `iim_server.acme.serverid=${id}`,
    `iim_server.acme.domain=${domain}`,
    ...(hasTls ? ['iim_server.sslkeystore=server-keystore.jks'] : []),
    '',
  ].join('\n');
}

export function renderHttpbind(site: SunImSite): string {
  const { scenario } = site;
  const { domain, host, client } = serverNamed(site, scenario.gateway.behind);
  return [
    '! XMPP/HTTP gateway',
    'httpbind.config=default',
    `default.domains=${domain}`,
    `default.hosts=${addressOf(site, host)}:${portOf(site, client)}`,
    `default.componentjid=httpbind.${scenario.gateway.host}.acme.example`,
    'default.password=secret4httpbind',
    '',
  ].join('\n');
}
