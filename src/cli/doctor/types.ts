// What the doctor found: one line for each thing that strictstep needs of this machine.

export type Examined = {
  /** what was looked at: "ssh-keygen" */
  readonly name: string;
  readonly verdict: 'ok' | 'warning' | 'fails';
  /** one fact, lower-case start, no full stop */
  readonly text: string;
  /** one full sentence; only where something is to be done */
  readonly hint?: string;
};

export const ok = (name: string, text: string): Examined => ({ name, verdict: 'ok', text });
export const warning = (name: string, text: string, hint: string): Examined => ({
  name,
  verdict: 'warning',
  text,
  hint,
});
export const fails = (name: string, text: string, hint: string): Examined => ({ name, verdict: 'fails', text, hint });
