// The daemon of a lab whose programs are components (component.ts): SSH hosts, the control port, faults, hands, and what runs
// again after the next start. A scenario adds its programs, its tools and what its people can do.
import type { Server } from 'node:net';
import { OperatorError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Component } from './component.ts';
import { makeSocketTable } from './sockets.ts';
import type { SocketTable } from './sockets.ts';
import { serveControl } from './control.ts';
import type { ToolRun } from './control.ts';
import { editFile, parseFault } from './fault.ts';
import { textsOf } from './json-lines.ts';
import type { HostKeys } from './lay.ts';
import { openSshHost } from './ssh-host.ts';
import type { HostSite } from './ssh-host.ts';
import { keepState } from './state.ts';
import type { LabState } from './state.ts';
import type { Fault, ProcessState } from './types.ts';

/** What a program is made with. */
export type Workshop = {
  /** established connections of one host */
  readonly sockets: (host: string) => SocketTable;
  /** from the launch of the program until its ports are open */
  readonly startMs: (name: string) => number;
  readonly onChange: () => void;
};

export type Shop = {
  readonly sockets: (host: string) => SocketTable;
  /** @throws OperatorError LAB_STATE when there is no such program */
  readonly component: (name: string) => Component;
  /** `host command` of those that somebody broke */
  readonly broken: ReadonlySet<string>;
};

export type DaemonParts = {
  readonly site: HostSite & { readonly scenario: { readonly hosts: readonly { name: string; offset: number }[] } };
  readonly before: LabState;
  readonly control: Server;
  readonly keys: HostKeys;
  /** for messages: "the community has no program x" */
  readonly noun: string;
  readonly startMs: number;
  readonly components: (workshop: Workshop) => readonly Component[];
  readonly tool: (shop: Shop, run: ToolRun) => Promise<number>;
  readonly hand: (shop: Shop, words: readonly string[]) => Promise<string>;
};

export interface ComponentDaemon extends AsyncDisposable {
  readonly processes: () => readonly ProcessState[];
  readonly fault: (fault: Fault) => Promise<void>;
  /** what a person does */
  readonly hand: (...words: readonly string[]) => Promise<string>;
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openComponentDaemon(parts: DaemonParts): Promise<ComponentDaemon> {
  const { site, before, control, keys, noun } = parts;
  const state = keepState({ ...before, pid: process.pid });
  await state.saved();
  const tables = new Map<string, SocketTable>();
  const sockets = (host: string): SocketTable => {
    const table = tables.get(host) ?? makeSocketTable();
    tables.set(host, table);
    return table;
  };
  const slow = new Map<string, number>();
  const broken = new Set<string>();
  let isClosing = false;
  const onChange = (): void => {
    if (!isClosing)
      state.save({ running: components.filter((one) => one.facts().pid !== null).map(({ name }) => name) });
  };
  const components = parts.components({ sockets, startMs: (name) => slow.get(name) ?? parts.startMs, onChange });
  const component = (name: string): Component => {
    const found = components.find((one) => one.name === name);
    if (found !== undefined) return found;
    const hint = `It has ${components.map((one) => one.name).join(', ')}.`;
    throw new OperatorError('LAB_STATE', `lab: the ${noun} has no program ${name}`, { hint });
  };
  const shop: Shop = { sockets, component, broken };
  const fault = async (input: Fault): Promise<void> => {
    const parsed = parseFault(input);
    if (parsed.kind === 'edit-file') await editFile(site.dir, parsed);
    else if (parsed.kind === 'kill') component(parsed.process).kill();
    else if (parsed.kind === 'delay' && parsed.startMs === 0) slow.delete(component(parsed.process).name);
    else if (parsed.kind === 'delay') slow.set(component(parsed.process).name, parsed.startMs);
    else if (parsed.isBroken) broken.add(`${parsed.host} ${parsed.command}`);
    else broken.delete(`${parsed.host} ${parsed.command}`);
  };
  const closed = Promise.withResolvers<void>();
  const closeControl = serveControl(control, before.token, {
    tool: (run) => parts.tool(shop, run),
    request: async (op, message): Promise<Json> => {
      if (op === 'processes') return components.map((one) => one.facts());
      if (op === 'hand') return await parts.hand(shop, textsOf(message, 'words'));
      if (op === 'fault') await fault(parseFault(message['fault']));
      else if (op === 'stop') setImmediate(() => void close());
      else throw new Error(`the lab has no request ${op}`);
      return null;
    },
  });
  const hosts = await Promise.all(
    site.scenario.hosts.map((host) => openSshHost(site, host, keys.hosts.get(host.name) ?? '', keys.client)),
  );
  const launched = await Promise.all(before.running.map((name) => component(name).launch()));
  await Promise.all(launched.map(({ ready }) => ready));
  const end = async (): Promise<void> => {
    isClosing = true;
    await Promise.all(hosts.map((host) => host.close()));
    await Promise.all(components.map((one) => one.stop()));
    state.save({ pid: null });
    await state.saved();
    await closeControl();
    closed.resolve();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= end());
  return {
    fault,
    closed: closed.promise,
    close,
    processes: () => components.map((one) => one.facts()),
    hand: (...words) => parts.hand(shop, words),
    [Symbol.asyncDispose]: close,
  };
}
