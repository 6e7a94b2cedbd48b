// Texts as the WebSphere tools print them: lines wrap at 80 columns, what follows is indented by 11 blanks. Source: real
// logs of startManager and addNode on WAS 7, where a word longer than a line is not broken.

const COLUMNS = 80;
const INDENT = ' '.repeat(11);

/** One message, wrapped, with its line end. */
export function wrapMessage(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length < COLUMNS || line === '') {
      line = longer;
    } else {
      lines.push(line);
      line = INDENT + word;
    }
  }
  return `${[...lines, line].join('\n')}\n`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A time as in WebSphere logs: `[11/21/25 9:42:00:123 UTC]`. */
export function logTime(at: Date): string {
  const date = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${two(at.getUTCFullYear() % 100)}`;
  const time = `${at.getUTCHours()}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `[${date} ${time}:${String(at.getUTCMilliseconds()).padStart(3, '0')} UTC]`;
}
