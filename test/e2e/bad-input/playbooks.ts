// Playbooks that are wrong in one place.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { playbook, PLAYBOOK, type Case } from './site.ts';

export const PLAYBOOKS: readonly Case[] = [
  ['brackets that are not closed', playbook('[st1]', '[st1'), 'INPUT_SYNTAX', /playbook\.yaml:\d+:\d+/],
  ['no phases', playbook(/phases:[^]*/, 'phases: []\n'), 'INPUT_VALUE', 'at least one'],
  ['a phase without tasks', playbook(/tasks:[^]*/, 'tasks: []\n'), 'INPUT_VALUE', /playbook\.yaml:\d+:\d+/],
  [
    'a target that does not exist',
    playbook('target: community-server', 'target: comunity-server'),
    'INPUT_VALUE',
    'community-server',
  ],
  ['a filter that selects nothing', playbook('members: [st1]', 'roles: [meeting]'), 'INPUT_VALUE', 'selects nothing'],
  [
    'two phases of one name',
    (folder) => writeFileSync(join(folder, 'playbook.yaml'), PLAYBOOK + PLAYBOOK.slice(PLAYBOOK.indexOf('  - phase'))),
    'INPUT_VALUE',
    'there twice',
  ],
  [
    'an outage that nobody declared',
    playbook('title: A sample', 'title: A sample\nstrategy: stop-all'),
    'INPUT_VALUE',
    'outage: declared',
  ],
  ['a strategy that is none', playbook('title: A sample', 'title: A sample\nstrategy: fast'), 'INPUT_VALUE', 'rolling'],
  ['a failure that is ignored', playbook('expires: 30d', 'onFailure: ignore'), 'INPUT_VALUE', 'hold, revert'],
  ['parameters that are a text', playbook('{ serverMode: dynamic }', 'dynamic'), 'INPUT_VALUE', 'map of parameters'],
];
