// Splits the input of the db2 command line at `;` (option -t): quoted text may hold one, and `--` begins a comment.

export function splitStatements(text: string): readonly string[] {
  const statements: string[] = [];
  let current = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quote !== '') {
      current += sign;
      if (sign === quote) quote = '';
    } else if (sign === '-' && text[at + 1] === '-') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end - 1;
    } else if (sign === ';') {
      statements.push(current);
      current = '';
    } else {
      current += sign;
      if (sign === "'" || sign === '"') quote = sign;
    }
  }
  return [...statements, current].map((statement) => statement.trim()).filter((statement) => statement !== '');
}
