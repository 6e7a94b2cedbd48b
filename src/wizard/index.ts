// The room wizard: the conversation of `strictstep init`, and the files that come of it. It asks through an Interviewer and
// knows through a World; both are made in src/cli.
export { parseAnswers, renderAnswers } from './answers-file.ts';
export { PLAYBOOK_OF } from './ask-goal.ts';
export { hostWishes } from './host-wishes.ts';
export { interview } from './interview.ts';
export { splitList } from './split-list.ts';
export { renderInventory } from './write-inventory.ts';
export { renderPlaybook } from './write-playbook.ts';
export type {
  Answer,
  Answers,
  CertificateLook,
  ChoiceQuestion,
  Goal,
  Interviewer,
  Machines,
  Outcome,
  TextQuestion,
  WizardHost,
  World,
} from './types.ts';
