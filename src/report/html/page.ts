// The frame of the page: one file, nothing from elsewhere. The policy lets exactly this script and this style run, by
// their digests; everything else, the network first of all, is denied.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/program-files.ts';
import { html, type Markup } from '../html-text.ts';

const template = (name: string): string => readFileSync(shippedFile(`templates/report/${name}`), 'utf8');

const STYLE = template('report.css');
const SCRIPT = template('packet.js');

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const POLICY = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;

export type Section = { readonly id: string; readonly title: string; readonly body: Markup };

export function renderPage(title: string, head: Markup, sections: readonly Section[]): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${exactly('style', STYLE)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>${head}</header>
        <nav aria-label="Contents">
          <ol>
            ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li> `)}
          </ol>
        </nav>
        <main id="content">
          ${sections.map(
            ({ id, title: name, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${name}</h2>
                ${body}
              </section> `,
          )}
        </main>
        ${exactly('script', SCRIPT)}
      </body>
    </html> `;
  return page.markup;
}

/** Byte for byte: the digest in the policy covers every blank. */
const exactly = (tag: string, text: string): Markup => ({ markup: `<${tag}>${text}</${tag}>` });
