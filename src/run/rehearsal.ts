// A rehearsal: one port of one server is strict for a bounded time. Forward and back are a run like any other; meanwhile the
// dead man's revert on the host stays armed, so that the port is dynamic again even if this machine is gone.
import { prettyJson } from '../core/json.ts';
import type { CertificateFacts } from '../core/certificate.ts';
import type { Inventory } from '../inventory/types.ts';
import type { Plan } from '../plan/types.ts';
import type { Playbook } from '../playbook/types.ts';
import { applyPlan } from './apply.ts';
import type { World } from './context.ts';
import type { RunEvent } from './events.ts';
import { openWatch, type RehearsalWatch, type RehearsedPort, type Sighting } from './rehearsal-watch.ts';
import { rollBackRun } from './rollback.ts';
import { writePrivate } from './run-folder.ts';

export type RehearsalInput = RehearsedPort & {
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly playbook: Playbook;
  readonly certificates: readonly CertificateFacts[];
  readonly world: World;
  readonly state: string;
  readonly forMs: number;
  readonly now: () => Date;
  readonly emit: (event: RunEvent) => void;
  /** ends the window early, or holds what is before it */
  readonly isHoldRequested: () => boolean;
  /** before the way back: its plan, for who shows progress */
  readonly onWayBack: (rollback: Plan) => Promise<void>;
};

export type Rehearsal = Sighting & {
  readonly run: string;
  /** ISO 8601, UTC */
  readonly strictFrom: string;
  readonly backAt: string;
  readonly isCutShort: boolean;
  /** of those who were connected before: not connected again when the port was back */
  readonly stillMissing: readonly string[];
};

const LOOK_EVERY_MS = 5000;
const LISTEN_EVERY_MS = 200;

/** @throws OperatorError what applyPlan and rollBackRun throw; the server then goes back as the error says, or by itself */
export async function rehearse(input: RehearsalInput): Promise<Rehearsal> {
  const { plan, world, forMs, now, server } = input;
  const real = world.writer('rehearsal');
  const pause: Pause = (ms) => real.pause(ms);
  const watch = await openWatch(input, world.reader, pause);
  const { run } = await applyPlan({
    ...input,
    // The time is counted from the proof of health on; the margin is for the way back.
    deadManStaysFor: Math.ceil((forMs + server.deadManMs) / 1000),
    // Who is refused is what the rehearsal wants to know.
    isOnlyRecorded: ({ kind }) => kind === 'callers',
  });
  const strictFrom = now();
  await window(input, watch, pause);
  const isCutShort = now().getTime() - strictFrom.getTime() < forMs;
  await watch.look(now());
  const sighting = watch.end(now());
  await rollBackRun(
    { ...input, run, hosts: world },
    {
      now,
      emit: input.emit,
      // A wish to end was a wish to be back.
      isHoldRequested: () => false,
      isUnprovedAccepted: true,
      accept: input.onWayBack,
    },
  );
  const backAt = now().toISOString();
  const stillMissing = await whoIsMissing(watch, server.startTimeoutMs, input, pause);
  const rehearsal = {
    ...sighting,
    run: run.runId,
    strictFrom: strictFrom.toISOString(),
    backAt,
    isCutShort,
    stillMissing,
  };
  await writePrivate(`${run.folder}/rehearsal.json`, prettyJson({ schema: 1, plan: plan.hash, ...rehearsal }));
  return rehearsal;
}

type Pause = (ms: number) => Promise<void>;

/** Until its time is over, or somebody wants to be back. */
async function window(
  { forMs, now, isHoldRequested }: RehearsalInput,
  watch: RehearsalWatch,
  pause: Pause,
): Promise<void> {
  const end = now().getTime() + forMs;
  let nextLook = 0;
  while (!isHoldRequested()) {
    const at = now();
    if (at.getTime() >= end) return;
    if (at.getTime() >= nextLook) {
      await watch.look(at);
      nextLook = at.getTime() + LOOK_EVERY_MS;
    }
    await pause(Math.max(1, Math.min(LISTEN_EVERY_MS, end - now().getTime())));
  }
}

/** Callers try again only after a while. */
async function whoIsMissing(
  watch: RehearsalWatch,
  deadlineMs: number,
  { now }: RehearsalInput,
  pause: Pause,
): Promise<readonly string[]> {
  const end = now().getTime() + deadlineMs;
  for (;;) {
    const missing = await watch.missing().catch(() => ['unknown: the connections cannot be listed']);
    if (missing.length === 0 || now().getTime() >= end) return missing;
    await pause(1000);
  }
}

/** @param mode of the port that is rehearsed */
export const rehearsalPlaybook = ({ server, listener }: RehearsedPort): string => `# Written by strictstep rehearse.
apiVersion: strictstep/v1
playbook: rehearsal
title: Rehearsal of ${server.community}/${server.name}
phases:
  - phase: rehearsal
    title: The ${listener} port takes TLS only, for a while
    onFailure: revert
    tasks:
      - task: Strict on the ${listener} port
        operation: community-settings
        on: { target: community-server, communities: ${server.community}, members: ${server.name} }
        with: { ${listener === 'server' ? 'serverMode' : 'clientMode'}: strict }
`;
