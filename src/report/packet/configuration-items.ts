// The table of configuration items: host, component, object, from what to what. A setting that several steps change is one
// item, from the first value to the last.
import { targetName } from '../../plan/step-name.ts';
import type { Plan, Step } from '../../plan/types.ts';
import { stoppedBy } from '../components.ts';

export type ConfigurationItem = {
  readonly host: string;
  readonly component: string;
  readonly object: string;
  readonly attribute: string;
  readonly current: string;
  readonly target: string;
  /** ids of the steps that change it */
  readonly steps: readonly string[];
};

export function configurationItems({ steps }: Plan): readonly ConfigurationItem[] {
  const items = new Map<string, ConfigurationItem>();
  for (const step of steps)
    for (const { object, attribute, before, after } of step.changes) {
      const key = JSON.stringify([step.host, object, attribute]);
      const known = items.get(key);
      items.set(key, {
        host: step.host,
        component: componentName(step),
        object,
        attribute,
        current: known?.current ?? before ?? 'absent',
        target: after ?? 'absent',
        steps: [...(known?.steps ?? []), step.id],
      });
    }
  return [...items.values()];
}

const componentName = (step: Step): string => stoppedBy(step) ?? `${step.target.kind} ${targetName(step.target)}`;
