// What an AdminTask command of the lab is: its options, and a function over the documents of one workspace.
import type { Secret } from '../../core/secret.ts';
import type { Options } from './options.ts';
import type { SecurityDocument } from './security-document.ts';
import type { StoreContent } from './store-file.ts';

export interface WorkspaceDocuments {
  readonly cell: string;
  readonly nodes: readonly string[];
  security(): SecurityDocument;
  setSecurity(document: SecurityDocument): void;
  /** @param location as security.xml has it, with ${CONFIG_ROOT} */
  store(location: string, password: Secret): StoreContent;
  setStore(location: string, password: Secret, content: StoreContent): void;
  /** text of another document of the cell, for instance `nodes/n1/serverindex.xml`; undefined if there is none */
  text(path: string): string | undefined;
  /** milliseconds since 1970, for new ids */
  now(): number;
}

export type Command = {
  /** in the order in which the product reports them; `name*` is required */
  readonly options: readonly string[];
  readonly execute: (documents: WorkspaceDocuments, options: Options) => string;
};

export type Commands = Readonly<Record<string, Command>>;
