// The room wizard: the conversation of `strictstep init`, and the files that come of it. It asks through an Interviewer and
// knows through a World; both are made in src/cli.
export { parseAnswers, renderAnswers } from './answers-file.ts';
export { interview, PLAYBOOK_OF, splitList } from './interview.ts';
export { renderInventory } from './write-inventory.ts';
export { renderPlaybook } from './write-playbook.ts';
export type {
  Answer,
  Answers,
  CertificateLook,
  ChoiceQuestion,
  Goal,
  Interviewer,
  Outcome,
  TextQuestion,
  WizardHost,
  World,
} from './types.ts';
