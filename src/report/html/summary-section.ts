// The first page: what, why, without it, risk, user impact, point of no return, approvals.
import { clockTime } from '../../core/instant.ts';
import type { Plan, ServerOutage } from '../../plan/types.ts';
import { countsOf } from '../counts.ts';
import { renderDuration, renderMinutes } from '../duration.ts';
import { textOf } from '../event-data.ts';
import { html, table, type Markup } from '../html-text.ts';
import { lostLinkTexts } from '../lost-links.ts';
import type { Packet } from '../packet/packet.ts';
import { RISK_RULE } from '../packet/risk.ts';
import { expectedSeconds } from '../packet/summary.ts';
import type { RunReport } from '../types.ts';
import { approvalText, predictionTally } from '../words.ts';

export function summaryBody(report: RunReport, packet: Packet): Markup {
  const { plan } = report;
  return html`${failure(report)} ${cards(report, packet)}
    <dl class="facts">
      <dt>What</dt>
      <dd>${packet.what}</dd>
      <dt>Why</dt>
      <dd>${packet.why} <span class="soft">[business reason, by the change owner]</span></dd>
      <dt>Without it</dt>
      <dd>${packet.without}</dd>
      <dt>Proof</dt>
      <dd>${proofText(plan)}</dd>
      <dt>Change window</dt>
      <dd>
        <p><b>${packet.window.headline}</b></p>
        <p>${packet.window.arithmetic}</p>
      </dd>
      <dt>Results of the steps</dt>
      <dd>
        ${predictionTally(plan.steps)}. Computed: everything that decides was read. Assumed: a declaration or a rule
        that was not verified decides. Unknowable: no look from outside shows it, so people have to try it.
      </dd>
      <dt>Point of no return</dt>
      <dd>
        <ul>
          ${packet.noReturn.map((line) => html`<li>${line}</li>`)}
        </ul>
      </dd>
      <dt>Plan hash</dt>
      <dd><code>${plan.hash}</code></dd>
    </dl>
    <div class="columns">
      <div>${impactTable(plan, packet)} ${strategyTable(plan)}</div>
      <div>${riskTable(packet)}</div>
    </div>
    ${approvals(plan)}`;
}

function failure({ events, status }: RunReport): Markup {
  const failed = status === 'failed' ? events.findLast(({ type }) => type === 'step-failed') : undefined;
  if (failed === undefined) return html``;
  return html`<p class="alarm">
    <b>Stopped at ${failed.step ?? 'an unknown step'}.</b> ${textOf(failed.data, 'message')}
  </p>`;
}

function cards(report: RunReport, { risk, matrix }: Packet): Markup {
  const { plan, status } = report;
  const counts = countsOf(report);
  const isRun = status !== 'not-started';
  const restarts = plan.summary.restarts.reduce((sum, { times }) => sum + times, 0);
  const items: readonly (readonly [string, string])[] = [
    [
      isRun ? `${counts.applied + counts.already} of ${plan.steps.length}` : String(plan.steps.length),
      isRun ? 'steps done' : 'steps',
    ],
    [renderMinutes(expectedSeconds(plan)), 'expected duration'],
    [String(restarts), plan.strategy === 'rolling' ? 'server restarts, one at a time' : 'servers stopped together'],
    [renderDuration(plan.summary.outageSeconds), 'without a server, summed over the servers'],
    [risk.risk, `risk (${risk.points} points)`],
    [plan.proof.safe ? 'safe' : 'NOT SAFE', `${matrix.rows.length} links in ${plan.states.length} states`],
    ...(isRun
      ? [[`${counts.healthPassed} of ${counts.healthPassed + counts.healthOther}`, 'health checks passed'] as const]
      : []),
  ];
  return html`<div class="cards">
    ${items.map(([value, label]) => html`<div class="card"><b>${value}</b>${label}</div>`)}
  </div>`;
}

const proofText = (plan: Plan): Markup =>
  html`${verdictText(plan)}
  ${lostLinkTexts(plan).map((text) => html`<br /><span class="badge wait">optional</span> ${text}`)}`;

const verdictText = ({ proof, states }: Plan): Markup =>
  proof.safe
    ? html`<span class="badge good">safe</span> Every required link keeps a protocol and a trusted certificate in common
        in each of the ${states.length} states, and after every change inside the steps, or one of its ends is stopped
        as planned.`
    : html`<span class="badge bad">not safe</span>
        <ul>
          ${proof.counterexamples.map(({ explanation }) => html`<li>${explanation}</li>`)}
        </ul>`;

const impactTable = ({ summary }: Plan, { window }: Packet): Markup =>
  summary.restarts.length === 0
    ? html`<p>No server is interrupted.</p>`
    : table(
        'User impact, per server',
        [
          { title: 'server', cell: ({ server }) => html`${server}` },
          { title: 'restarts', cell: ({ times }) => html`${times}` },
          { title: 'users without it', cell: ({ outageSeconds }) => html`${renderDuration(outageSeconds)}` },
          ...(window.servers.length === 0
            ? []
            : [
                {
                  title: 'begins no later than',
                  cell: ({ server }: ServerOutage) =>
                    html`${clockTime(window.servers.find((item) => item.server === server)?.latest ?? '')}`,
                },
              ]),
        ],
        summary.restarts,
      );

const strategyTable = ({ summary, strategy: chosen }: Plan): Markup =>
  table(
    'What each strategy would cost for the same wish',
    [
      {
        title: 'strategy',
        cell: ({ strategy }) => (strategy === chosen ? html`<b>${strategy}</b> (this plan)` : html`${strategy}`),
      },
      { title: 'proof', cell: ({ safe }) => html`${safe ? 'safe' : 'not safe'}` },
      { title: 'restarts', cell: ({ serverRestarts }) => html`${serverRestarts}` },
      { title: 'users without', cell: ({ outageSeconds }) => html`${renderMinutes(outageSeconds)}` },
      { title: 'duration', cell: ({ expectedSeconds: seconds }) => html`${renderMinutes(seconds)}` },
    ],
    summary.strategies,
  );

const riskTable = ({ risk }: Packet): Markup =>
  table(
    `Risk ${risk.risk} (${risk.points} points), impact ${risk.impact}. ${RISK_RULE}`,
    [
      { title: 'factor', cell: ({ factor }) => html`${factor}` },
      { title: 'found', cell: ({ found }) => html`${found}` },
      { title: 'points', cell: ({ points }) => html`${points}` },
    ],
    risk.factors,
  );

const ROLES = ['change owner', 'technical reviewer', 'change board'];

const approvals = ({ approval }: Plan): Markup =>
  html`<div class="approvals">
    ${table(
      `Approvals: of exactly this plan hash. Asked for: ${approvalText(approval)}`,
      [
        { title: 'role', cell: (role: string) => html`${role}` },
        { title: 'name', cell: () => html`` },
        { title: 'decision', cell: () => html`` },
        { title: 'date', cell: () => html`` },
        { title: 'signature', cell: () => html`` },
      ],
      ROLES,
    )}
  </div>`;
