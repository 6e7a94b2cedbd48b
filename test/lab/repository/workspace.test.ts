import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseWorkspaceChanges } from '../../../src/products/websphere/workspace-changes.ts';
import { adminTask, layLabCell } from '../../helpers/lab-cell.ts';
import type { LabCell } from '../../helpers/lab-cell.ts';

let cell: LabCell;
let file: string;
let laid: Buffer;
beforeAll(async () => {
  cell = await layLabCell();
  file = path.join(cell.managerProfile, 'config/cells/stCell/security.xml');
  laid = cell.master('security.xml');
});
beforeEach(() => writeFileSync(file, laid));
afterAll(async () => cell[Symbol.asyncDispose]());

const ALIAS = 'XDADefaultSSLSettings';
const change = (sslProtocol: string) => ({ alias: ALIAS, sslProtocol });

describe('workspace', () => {
  test('tells which documents have unsaved changes', () => {
    const workspace = cell.repository.openWorkspace();
    const config = (method: string): string => workspace.call('AdminConfig', method, []);
    expect([config('hasChanges'), config('queryChanges')]).toEqual([
      '0',
      'WASX7241I: There are no unsaved changes in this workspace.',
    ]);
    adminTask(workspace)('modifySSLConfig', change('SSL_TLSv2'));
    expect(config('hasChanges')).toBe('1');
    expect(parseWorkspaceChanges(config('queryChanges'))).toEqual(['cells/stCell/security.xml']);
    adminTask(workspace)('modifySSLConfig', change('SSL_TLS'));
    expect(config('hasChanges')).toBe('0');
  });

  test('a reset and a dropped workspace leave the master as it was', () => {
    const before = cell.master('security.xml');
    const workspace = cell.repository.openWorkspace();
    const call = adminTask(workspace);
    call('modifySSLConfig', change('TLSv1.2'));
    workspace.call('AdminConfig', 'reset', []);
    expect(call('getSSLConfig', { alias: ALIAS })).toContain('[sslProtocol SSL_TLS]');
    workspace.call('AdminConfig', 'save', []);
    adminTask(cell.repository.openWorkspace())('modifySSLConfig', change('TLSv1.2'));
    expect(cell.master('security.xml').equals(before)).toBe(true);
  });

  test('another session sees a change after it was saved, not before', () => {
    const writer = cell.repository.openWorkspace();
    adminTask(writer)('modifySSLConfig', change('SSL_TLSv2'));
    const shown = (): string => adminTask(cell.repository.openWorkspace())('getSSLConfig', { alias: ALIAS });
    expect(shown()).toContain('[sslProtocol SSL_TLS]');
    writer.call('AdminConfig', 'save', []);
    expect(shown()).toContain('[sslProtocol SSL_TLSv2]');
  });

  test('saving over what another session saved is a conflict, and writes nothing until the workspace is reset', () => {
    const [first, second] = [cell.repository.openWorkspace(), cell.repository.openWorkspace()];
    adminTask(first)('modifySSLConfig', change('SSL_TLSv2'));
    adminTask(second)('modifySSLConfig', { alias: 'CellDefaultSSLSettings', sslProtocol: 'TLSv1.2' });
    first.call('AdminConfig', 'save', []);
    const saved = cell.master('security.xml');
    const save = (): string => second.call('AdminConfig', 'save', []);
    expect(save).toThrow(/WorkSpaceException: Save conflict: .*cells\/stCell\/security\.xml/);
    expect(save).toThrow(/Save conflict/);
    expect(cell.master('security.xml').equals(saved)).toBe(true);
    second.call('AdminConfig', 'reset', []);
    adminTask(second)('modifySSLConfig', { alias: 'CellDefaultSSLSettings', sslProtocol: 'TLSv1.2' });
    save();
    expect(cell.master('security.xml').toString()).toMatch(/sslProtocol="TLSv1\.2"[\s\S]*sslProtocol="SSL_TLSv2"/);
  });

  test('a save keeps elements it does not know and leaves no temporary file', () => {
    const strange = cell
      .master('security.xml')
      .toString()
      .replace(
        '</security:Security>',
        '  <!-- ours -->\r\n  <jaas a=\'1\'  b="&#10;"><x/></jaas>\n</security:Security>',
      );
    writeFileSync(file, strange);
    const workspace = cell.repository.openWorkspace();
    adminTask(workspace)('modifySSLConfig', change('SSL_TLSv2'));
    workspace.call('AdminConfig', 'save', []);
    const saved = cell.master('security.xml').toString();
    expect(saved.replace('sslProtocol="SSL_TLSv2"', 'sslProtocol="SSL_TLS"')).toBe(strange);
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  test('a damaged security.xml is an exception of the call', () => {
    writeFileSync(file, '<security:Security');
    expect(() => adminTask(cell.repository.openWorkspace())('listSSLConfigs')).toThrow(
      expect.objectContaining({ javaClass: 'com.ibm.ws.scripting.ScriptingException' }),
    );
  });

  test('what the lab does not know is an exception', () => {
    const workspace = cell.repository.openWorkspace();
    expect(() => workspace.call('AdminConfig', 'remove', ['x'])).toThrow('AdminConfig.remove');
    expect(() => workspace.call('AdminControl', 'save', [])).toThrow('AdminControl.save');
    expect(() => workspace.call('Elsewhere', 'save', [])).toThrow('Elsewhere.save');
  });
});
