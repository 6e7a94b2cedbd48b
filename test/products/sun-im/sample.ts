// Short ways to an iim.conf for the tests of this folder, and the vendor's two examples.
// fixtures/example-12-1.conf, example-12-2.conf: Sun Java System Instant Messaging 7.2 Administration Guide (819-4412),
// examples 12-1 and 12-2, byte by byte as published, with their typographic quotes; names and passwords are the vendor's.
import { readFileSync } from 'node:fs';
import { parseIim, type IimFile } from '../../../src/products/sun-im/iim.ts';

export const source = { host: 'im1', path: '/etc/opt/sun/im/default/config/iim.conf' };

export const parse = (text: string | Uint8Array): IimFile =>
  parseIim(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, source);

export const config = (...lines: readonly string[]): IimFile => parse(lines.map((line) => `${line}\n`).join(''));

export const example = (name: '12-1' | '12-2'): IimFile =>
  parse(readFileSync(new URL(`fixtures/example-${name}.conf`, import.meta.url)));

export const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
