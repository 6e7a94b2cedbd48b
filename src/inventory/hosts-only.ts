// The part of an inventory that says how hosts are reached: what `discover` needs, while the rest may hold questions.
// Lines of other sections become empty, so that places stay right.

const KEPT = new Set(['apiVersion', 'defaults', 'hosts', 'credentials']);

export function hostsOnly(text: string): string {
  let isKept = true;
  const lines = text.split('\n').map((line) => {
    const section = /^(?<name>[A-Za-z]\w*)[ \t]*:/u.exec(line)?.groups?.['name'];
    if (section !== undefined) isKept = KEPT.has(section);
    return isKept ? line : '';
  });
  return lines.join('\n');
}
