// The packet as JSON with the field names of ServiceNow's change_request; what the tool cannot know is null. Our own
// values are under `strictstep`, the whole plan under `plan`. Field names and labels: not verified against an instance.
import { prettyJson, type Json } from '../core/json.ts';
import { countsOf } from './counts.ts';
import { renderDuration } from './duration.ts';
import { makePacket, type Packet } from './packet/packet.ts';
import { RISK_RULE } from './packet/risk.ts';
import type { RunReport } from './types.ts';
import { predictionText } from './words.ts';

export function renderChangeRequest(report: RunReport): string {
  const packet = makePacket(report);
  const isRun = packet.result !== undefined;
  return prettyJson(
    asJson({
      ...FOR_PEOPLE,
      ...textFields(report, packet),
      ...closing(report, packet),
      strictstep: ownFields(report, packet),
      plan: report.plan,
      ...(isRun ? { status: report.status, events: report.events, evidence: report.evidence ?? null } : {}),
    }),
  );
}

const FOR_PEOPLE = {
  number: null,
  state: null,
  category: null,
  priority: null,
  business_service: null,
  service_offering: null,
  assignment_group: null,
  assigned_to: null,
  requested_by: null,
  cab_required: true,
  cab_date_time: null,
  cab_recommendation: null,
  approval: null,
  approval_history: null,
} as const;

function textFields({ plan }: RunReport, packet: Packet) {
  const { risk } = packet;
  return {
    short_description: packet.shortDescription,
    description: packet.what,
    type: 'normal',
    start_date: plan.window?.start ?? null,
    end_date: plan.window?.end ?? null,
    risk: risk.risk,
    impact: risk.impact,
    justification: `${packet.why} ${packet.without}`,
    implementation_plan: packet.steps
      .map(
        ({ step, name, startsAt, verification, stopCondition }, position) =>
          `${position + 1}. ${step.id} on ${step.host}: ${name}. Starts after ${renderDuration(startsAt)}, takes ${renderDuration(step.expectedSeconds)}. ${predictionText(step)} Verification: ${verification.join('; ')}. Stop condition: ${stopCondition}`,
      )
      .join('\n'),
    risk_impact_analysis: [
      ...risk.factors.map(({ factor, found, points }) => `${factor}: ${found} (${points} points)`),
      `${RISK_RULE} Sum: ${risk.points}.`,
      ...plan.summary.restarts.map(
        ({ server, times, outageSeconds }) =>
          `${server}: restarted ${times} times, users without it for ${renderDuration(outageSeconds)}`,
      ),
      packet.window.headline,
      packet.window.arithmetic,
      ...packet.noReturn,
      ...packet.limits,
    ].join('\n'),
    backout_plan: [
      'In the reverse order, one server at a time:',
      ...packet.steps.toReversed().map(({ step, backout }) => `${step.id} on ${step.host}: ${backout}`),
      'Last tested when and where: no rehearsal is on record.',
    ].join('\n'),
    test_plan: packet.tests
      .map(
        ({ id, when, isNegative, what, expected, how }) =>
          `${id} (${when}${isNegative ? ', negative' : ''}) ${what}: ${expected} [${how}]`,
      )
      .join('\n'),
    cmdb_ci: packet.items.map(({ host, component, object, attribute, current, target, steps }) => ({
      name: object,
      host,
      component,
      attribute,
      current,
      target,
      steps,
    })),
  };
}

/** After a run: what a person would type when closing the change. */
function closing(report: RunReport, { result }: Packet) {
  if (result === undefined) return { work_start: null, work_end: null, close_code: null, close_notes: null };
  const { deviations, notChecked } = result.comparison;
  const counts = countsOf(report);
  return {
    work_start: report.events[0]?.at ?? null,
    work_end: report.status === 'done' ? (report.events.at(-1)?.at ?? null) : null,
    close_code: result.closing.closeCode,
    close_notes: [
      `Run ${report.status}: ${counts.applied} steps applied, ${counts.already} as wanted already, ${counts.left} left; ${counts.healthPassed} health checks passed, ${counts.healthOther} did not.`,
      ...deviations.map(({ where, predicted, actual }) => `${where}: predicted ${predicted}; actual ${actual}`),
      ...notChecked.map(({ where, predicted, because }) => `${where}: not checked (${predicted}); ${because}`),
    ].join('\n'),
  };
}

const ownFields = ({ plan }: RunReport, packet: Packet) => ({
  schema: 1,
  planHash: plan.hash,
  confirm: plan.confirm,
  window: packet.window,
  riskPoints: packet.risk.points,
  riskFactors: packet.risk.factors,
  components: packet.modes.map((mode) => ({ ...mode, version: null, owner: null, cmdbId: null })),
  tests: packet.tests,
  steps: packet.steps.map(({ step, name, commandClass, startsAt, verification, stopCondition, backout }) => ({
    id: step.id,
    name,
    commandClass,
    startsAtSeconds: startsAt,
    expectedSeconds: step.expectedSeconds,
    userImpactSeconds: step.userImpactSeconds,
    prediction: step.prediction,
    predictionBecause: step.predictionBecause,
    verification,
    stopCondition,
    backout,
  })),
  communication: packet.communication,
  limits: packet.limits,
  result:
    packet.result === undefined
      ? null
      : {
          ...packet.result.comparison,
          closing: packet.result.closing,
          steps: packet.result.steps.map(({ step, verdict, began, ended, seconds, message }) => ({
            id: step.id,
            verdict,
            began,
            ended,
            seconds,
            message,
          })),
        },
});

/** Plans, events and evidence come from JSON files; this drops what JSON has no word for. */
const asJson = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;
