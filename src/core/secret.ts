// A value that must not be seen. Every printed form is a marker; only exposeSecret() gives the value, and
// test/architecture/ lists the few files that may call it.
import { inspect } from 'node:util';

const MARKER = '[secret]';

export class Secret {
  readonly #value: string;
  readonly label: string;

  /** @param label what it is, for messages: "password of wild.p12" */
  constructor(value: string, label: string) {
    this.#value = value;
    this.label = label;
  }

  static expose(secret: Secret): string {
    return secret.#value;
  }

  /** Tells no more than that. */
  static isSame(a: Secret, b: Secret): boolean {
    return a.#value === b.#value;
  }

  /** Tells no more than that. */
  static matches(secret: Secret, pattern: RegExp): boolean {
    return pattern.test(secret.#value);
  }

  toString(): string {
    return MARKER;
  }

  toJSON(): string {
    return MARKER;
  }

  [Symbol.toPrimitive](): string {
    return MARKER;
  }

  [inspect.custom](): string {
    return MARKER;
  }
}

export const isSameSecret = (a: Secret, b: Secret): boolean => Secret.isSame(a, b);

/** Whether it may be put where only some characters are safe; says nothing else of it. */
export const secretMatches = (secret: Secret, pattern: RegExp): boolean => Secret.matches(secret, pattern);

export const exposeSecret = (secret: Secret): string => Secret.expose(secret);
