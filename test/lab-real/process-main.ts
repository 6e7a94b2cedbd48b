// One WebSphere process of the real-parts lab, on its host and as its service user: the embedded lab's own services and
// repository behind TLS ports that a Java process owns. Started by the tools, which hear the process id or null once.
// argv: lab folder, node/server
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { makeDeployment } from '../../src/lab/process/deployment.ts';
import type { OverlayPeer } from '../../src/lab/process/node-agent.ts';
import { addressOf, endpointOf, managerOf, pidFile, placeNamed, portOf, processName } from '../../src/lab/site.ts';
import type { Place, Site } from '../../src/lab/site.ts';
import { makeJavaPorts } from './java-ports.ts';
import { livePid, passwordDigestFile, realSite } from './site.ts';

const OVERLAY_MS = 500;
/** after its end a node agent may start again at once, by its watchdog */
const WATCHDOG_MS = 300;

function overlayPeers(site: Site, { profile, server }: Place): readonly OverlayPeer[] {
  const manager = managerOf(site.scenario);
  const own = profile.servers
    .filter((other) => other !== server)
    .map((other) => ({ profile, server: other }))
    .filter((place) => livePid(pidFile(site, place)) !== null);
  return [...own, manager].map((place) => ({
    name: processName(place),
    port: portOf(site, endpointOf(place.server, { service: 'overlay' })),
    host: addressOf(site, place.profile.host),
  }));
}

const [dir = '', name = ''] = process.argv.slice(2);
const site = realSite(dir);
const place = placeNamed(site.scenario, name);
const digest = readFileSync(passwordDigestFile(dir), 'utf8').trim();
const { openAnchor, openListener } = makeJavaPorts(site, place);
const deployment = makeDeployment({
  site,
  delays: { startMs: 0, overlayMs: OVERLAY_MS },
  isLogin: (user, password) =>
    user === site.scenario.user && createHash('sha256').update(password).digest('hex') === digest,
  onRunning: (running) => {
    if (running.length > 0) return;
    setTimeout(() => {
      if (deployment.process(name).facts().state === 'stopped') process.exit(0);
    }, WATCHDOG_MS);
  },
  openAnchor,
  openListener,
  overlayPeers: (one) => overlayPeers(site, one),
});
// The tool that started it may be gone already.
process.on('disconnect', () => undefined);
const pid = await deployment.process(name).start();
process.send?.({ pid: pid ?? null });
if (pid === undefined) process.exit(1);
