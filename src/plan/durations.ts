// How long things take, in seconds, for the plan's estimates. One start of a deployment manager was 59 s in a recorded
// log of a real WebSphere 7; the others are assumptions until a customer's own runs are measured.

export type Duration = { readonly expectedSeconds: number; readonly userImpactSeconds: number };

const CHANGE: Duration = { expectedSeconds: 5, userImpactSeconds: 0 };

const BY_OPERATION: Readonly<Record<string, Duration>> = {
  'deployment-manager-restart': { expectedSeconds: 120, userImpactSeconds: 0 },
  'node-synchronization': { expectedSeconds: 120, userImpactSeconds: 0 },
  'server-restart': { expectedSeconds: 150, userImpactSeconds: 150 },
  'server-stop': { expectedSeconds: 30, userImpactSeconds: 30 },
  'server-start': { expectedSeconds: 120, userImpactSeconds: 0 },
  'community-restart': { expectedSeconds: 180, userImpactSeconds: 180 },
  'sun-im-restart': { expectedSeconds: 60, userImpactSeconds: 60 },
  'node-agent-stop': { expectedSeconds: 30, userImpactSeconds: 0 },
};

export const durationOf = (operation: string): Duration => BY_OPERATION[operation] ?? CHANGE;
