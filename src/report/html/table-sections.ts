// The sections that are tables and lists: configuration items, tests, communication, limits, annex.
import type { Plan } from '../../plan/types.ts';
import { html, table, type Markup } from '../html-text.ts';
import type { Packet } from '../packet/packet.ts';
import type { TestCase } from '../packet/test-plan.ts';

export const itemsBody = ({ modes, items }: Packet): Markup =>
  html`${table(
    'Components that are called, from their current to their target mode. Version, owner and CMDB id are for people to fill in',
    [
      { title: 'host', cell: ({ host }) => html`${host}` },
      { title: 'component', cell: ({ component, kind }) => html`${component} <span class="soft">${kind}</span>` },
      { title: 'version', cell: () => html`` },
      { title: 'current', cell: ({ current }) => html`${current}` },
      { title: 'target', cell: ({ target }) => html`<b>${target}</b>` },
      { title: 'restarts', cell: ({ restarts }) => html`${restarts}` },
      { title: 'owner', cell: () => html`` },
      { title: 'CMDB id', cell: () => html`` },
    ],
    modes,
  )}
  ${table(
    `${items.length} settings. One that several steps change is shown from its first value to its last.`,
    [
      { title: 'host', cell: ({ host }) => html`${host}` },
      { title: 'component', cell: ({ component }) => html`${component}` },
      { title: 'object', cell: ({ object, attribute }) => html`${object}: ${attribute}` },
      { title: 'current', cell: ({ current }) => html`${current}` },
      { title: 'target', cell: ({ target }) => html`<b>${target}</b>` },
      {
        title: 'steps',
        cell: ({ steps }) => html`${steps.map((id) => html`<a href="#${id}">${id}</a> `)}`,
      },
    ],
    items,
  )}`;

export const backoutBody = (): Markup =>
  html`<p>
    Every step has a backout of its own, in its description. Backing out the whole change takes the steps in the reverse
    order, one server at a time, with the same checks. Last tested when and where: [rehearsal, by the change owner];
    none is on record.
  </p>`;

export function testsBody({ tests }: Packet): Markup {
  return html`${casesTable(
    'Before the change',
    tests.filter(({ when }) => when === 'before'),
  )}
  ${casesTable(
    'After the change',
    tests.filter(({ when }) => when === 'after'),
  )}`;
}

const casesTable = (caption: string, cases: readonly TestCase[]): Markup =>
  table(
    caption,
    [
      { title: 'case', cell: ({ id }) => html`${id}` },
      {
        title: 'kind',
        cell: ({ isNegative }) => (isNegative ? html`<span class="badge wait">negative</span>` : html`positive`),
      },
      { title: 'what', cell: ({ what }) => html`${what}` },
      { title: 'expected', cell: ({ expected }) => html`${expected}` },
      { title: 'how', cell: ({ how }) => html`<code>${how}</code>` },
    ],
    cases,
  );

export const communicationBody = ({ communication }: Packet): Markup =>
  html`<h3>To users</h3>
    <blockquote>${communication.users.map((line) => html`<p>${line}</p> `)}</blockquote>
    <h3>To the help desk</h3>
    <blockquote>${communication.helpDesk.map((line) => html`<p>${line}</p> `)}</blockquote>`;

export const limitsBody = ({ limits }: Packet): Markup =>
  html`<ul>
    ${limits.map((line) => html`<li>${line}</li> `)}
  </ul>`;

export function annexBody({ hash, playbook, inventory, fingerprints }: Plan): Markup {
  const rows = [
    { object: 'plan', sha256: hash },
    { object: `playbook ${playbook.file}`, sha256: playbook.sha256 },
    { object: `inventory ${inventory.file}`, sha256: inventory.sha256 },
    ...fingerprints,
  ];
  return table(
    'What this plan was made from. If one of them moves, apply stops before the first write and names it.',
    [
      { title: 'object', cell: ({ object }) => html`${object}` },
      { title: 'SHA-256', cell: ({ sha256 }) => html`<code>${sha256}</code>` },
    ],
    rows,
  );
}
