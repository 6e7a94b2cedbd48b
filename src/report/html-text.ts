// HTML as text: everything that comes from outside is escaped by the tag function, markup made here is passed as Markup.

export type Markup = { readonly markup: string };
type Part = string | number | Markup | readonly Markup[];

/** html`<td>${value}</td>`: strings are escaped, Markup is not */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, piece, i) => text + renderPart(parts[i - 1] ?? '') + piece) };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const isList = (part: Part): part is readonly Markup[] => Array.isArray(part);

function renderPart(part: Part): string {
  if (isList(part)) return part.map(({ markup }) => markup).join('');
  if (typeof part === 'object') return part.markup;
  return escapeHtml(String(part));
}

export type Column<Row> = { readonly title: string; readonly cell: (row: Row) => Markup };

export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map(({ cell }) => html`<td>${cell(row)}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table>`;
}
