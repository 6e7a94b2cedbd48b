// Fills a text with `{{name}}` fields. Every value is quoted for the language of the template: there is no way to
// put one in unquoted.
import { quote, type Language } from './quote.ts';

const FIELD = /\{\{(?<name>[^{}]*)\}\}/gu;

/** A name without a value, or a value without a place, is a bug of the caller and ends as such. */
export function fillTemplate(language: Language, text: string, values: Readonly<Record<string, string>>): string {
  const used = new Set<string>();
  const filled = text.replaceAll(FIELD, (field, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`template: no value for ${field}`);
    used.add(name);
    return quote(language, value);
  });
  const unused = Object.keys(values).find((name) => !used.has(name));
  if (unused !== undefined) throw new Error(`template: no place for the value ${unused}`);
  return filled;
}

/** A command line as a person would type it. */
export const renderCommandLine = (argv: readonly string[]): string => argv.map((word) => quote('sh', word)).join(' ');
