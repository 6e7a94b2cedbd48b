// Every kind of change, by the name that a playbook uses. A new kind is one folder and one line here.
import { OperatorError } from '../core/errors.ts';
import type { AnyOperation } from '../core/operation.ts';
import { certificateRemoval } from './certificate-removal/index.ts';
import { certificateReplacement } from './certificate-replacement/index.ts';
import { censusGate } from './census-gate/index.ts';
import { clientProperties } from './client-properties/index.ts';
import { clientPush } from './client-push/index.ts';
import { clientSigners } from './client-signers/index.ts';
import { communityRestart } from './community-restart/index.ts';
import { communitySettings } from './community-settings/index.ts';
import { communityStores } from './community-stores/index.ts';
import { deploymentManagerRestart } from './deployment-manager-restart/index.ts';
import { endpointSecurity } from './endpoint-security/index.ts';
import { manualStep } from './manual-step/index.ts';
import { nodeAgentStop } from './node-agent-stop/index.ts';
import { nodeSynchronization } from './node-synchronization/index.ts';
import { personalCertificate } from './personal-certificate/index.ts';
import { qualityOfProtection } from './quality-of-protection/index.ts';
import { recordingRow } from './recording-row/index.ts';
import { serverRestart } from './server-restart/index.ts';
import { serverStart } from './server-start/index.ts';
import { serverStop } from './server-stop/index.ts';
import { signerCertificates } from './signer-certificates/index.ts';
import { sunImGateway } from './sun-im-gateway/index.ts';
import { sunImRestart } from './sun-im-restart/index.ts';
import { sunImSettings } from './sun-im-settings/index.ts';
import { sunImStores } from './sun-im-stores/index.ts';

const ALL: readonly AnyOperation[] = [
  signerCertificates,
  personalCertificate,
  certificateReplacement,
  certificateRemoval,
  clientSigners,
  endpointSecurity,
  qualityOfProtection,
  clientProperties,
  recordingRow,
  deploymentManagerRestart,
  nodeSynchronization,
  serverRestart,
  serverStop,
  serverStart,
  nodeAgentStop,
  communityStores,
  communitySettings,
  communityRestart,
  clientPush,
  sunImStores,
  sunImSettings,
  sunImRestart,
  sunImGateway,
  manualStep,
  censusGate,
];

export const operations: ReadonlyMap<string, AnyOperation> = new Map(
  ALL.map((operation) => [operation.name, operation]),
);

/** @throws OperatorError INPUT_UNKNOWN_NAME */
export function operationNamed(name: string): AnyOperation {
  const operation = operations.get(name);
  if (operation !== undefined) return operation;
  const hint = `Known operations: ${[...operations.keys()].join(', ')}.`;
  throw new OperatorError('INPUT_UNKNOWN_NAME', `unknown operation ${name}`, { hint });
}
