import { expect, test } from 'vitest';
import { makePacket } from '../../src/report/packet/packet.ts';
import { stepOutcomes } from '../../src/report/packet/outcome.ts';
import { renderPacketMarkdown } from '../../src/report/plan-markdown.ts';
import { renderReportHtml } from '../../src/report/html.ts';
import type { RunReport } from '../../src/report/types.ts';
import { appliedEvents, eventsOf, finished, linksOf, listenerAt, sampleEvidence } from './sample-plan.ts';

const comparisonOf = (report: RunReport) => {
  const { result } = makePacket(report);
  if (result === undefined) throw new Error('the run has a result');
  return result.comparison;
};

const withEvidence = (evidence: Partial<typeof sampleEvidence>): RunReport => ({
  ...finished,
  evidence: { ...sampleEvidence, ...evidence },
});

test('a port that still accepts an old version is a deviation', () => {
  const open = listenerAt({ TLSv1: 'accepted', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' });
  expect(comparisonOf(withEvidence({ listenersAfter: [open] })).deviations).toEqual([
    {
      where: 'port n1/px1 PROXY_HTTPS_ADDRESS (127.0.0.1:9443)',
      predicted: 'accepts TLS 1.2',
      actual: 'accepts TLS 1.0, 1.2',
    },
  ]);
});

test('a port that gave no clear answer, another certificate, or was not measured, is a deviation', () => {
  const unclear = listenerAt({ TLSv1: 'inconclusive', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' });
  const other = listenerAt({ TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' }, 'EE:EE');
  const deviationsOf = (listenersAfter: readonly (typeof other)[]) =>
    comparisonOf(withEvidence({ listenersAfter })).deviations.map(({ actual }) => actual);
  expect(deviationsOf([unclear])).toEqual(['accepts TLS 1.2']);
  expect(deviationsOf([other])).toEqual(['EE:EE']);
  expect(deviationsOf([])).toEqual(['not measured']);
});

test('a link that came out otherwise, or is gone, is a deviation', () => {
  const links = linksOf('TLSv1.2', 'TLSv1.1').slice(1);
  const { deviations } = comparisonOf(withEvidence({ links }));
  expect(deviations[0]).toEqual({
    where: 'link client browser -> c1/n1/px1 PROXY_HTTPS_ADDRESS',
    predicted: 'TLS 1.2',
    actual: 'no such link',
  });
  expect(deviations).toHaveLength(7);
});

test('each step gets the verdict of the last thing that happened to it, and the time of its last attempt', () => {
  const report: RunReport = {
    ...finished,
    status: 'failed',
    evidence: undefined,
    events: eventsOf([
      ['run-started', null],
      ...appliedEvents(1),
      ['step-already', 's002'],
      ['step-finished', 's002'],
      ['step-intended', 's003'],
      ['step-failed', 's003', { message: 'first try' }],
      ['step-intended', 's003'],
      ['step-applied', 's003'],
      ['step-finished', 's003'],
      ['step-intended', 's004'],
      ['health', 's004', { check: 'process', verdict: 'fail', detail: 'gone' }],
      ['step-failed', 's004', { message: 'the process is gone' }],
    ]),
  };
  const outcomes = stepOutcomes(report);
  expect(outcomes.map(({ verdict }) => verdict)).toEqual([
    'as predicted',
    'as wanted already',
    'effect not checked',
    'failed',
    ...Array.from({ length: 4 }, () => 'not reached'),
  ]);
  expect(outcomes.map(({ seconds }) => seconds).slice(0, 4)).toEqual([2, null, 2, null]);
  expect(
    comparisonOf(report)
      .deviations.map(({ actual }) => actual)
      .slice(0, 2),
  ).toEqual(['as wanted already', 'failed: the process is gone']);
  expect(comparisonOf(report).compared).toEqual({ steps: 7, ports: 0, links: 0 });
  expect(renderReportHtml(report)).toContain('Stopped at s004.');
});

test('a step that reads back as wanted but not as foreseen is a deviation', () => {
  const report: RunReport = {
    ...finished,
    status: 'held',
    evidence: undefined,
    events: eventsOf([
      ['run-started', null],
      ['step-intended', 's001'],
      ['step-applied', 's001', { asPredicted: false }],
      ['step-finished', 's001'],
      ['step-intended', 's002'],
      ['step-applied', 's002', { asPredicted: true }],
      ['step-finished', 's002'],
    ]),
  };
  expect(
    stepOutcomes(report)
      .map(({ verdict }) => verdict)
      .slice(0, 2),
  ).toEqual(['otherwise than predicted', 'as predicted']);
  expect(comparisonOf(report).deviations[0]).toMatchObject({ where: 'step s001', actual: 'otherwise than predicted' });
});

test('a run that is cut off or held is reported without evidence', () => {
  const report: RunReport = {
    ...finished,
    status: 'running',
    evidence: undefined,
    events: eventsOf([
      ['run-started', null],
      ['step-intended', 's001'],
    ]),
  };
  expect(stepOutcomes(report)[0]?.verdict).toBe('not finished');
  for (const text of [renderReportHtml(report), renderPacketMarkdown(report)])
    expect(text).toContain('No evidence was written');
});

test('evidence that measured nothing is shown as unknown, not as good', () => {
  const report = withEvidence({ listenersBefore: [], listenersAfter: [listenerAt({})], clientChecks: [] });
  expect(renderPacketMarkdown(report)).toContain('| unknown | nothing |');
  expect(renderReportHtml(report)).toContain('nothing');
});
