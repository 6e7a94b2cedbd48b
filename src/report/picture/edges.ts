// Parallel links between two components become one edge: 41 links are 30 lines at most, and each line says the worst of its links.
import { calleeOf, type Component } from '../components.ts';
import type { LinkOutcome } from '../../topology/types.ts';
import { outcomeText, toneOf, TONES, type Tone } from '../words.ts';

export type Edge = {
  /** positions in the list of components; a < b */
  readonly a: number;
  readonly b: number;
  /** ids of its links, in both directions */
  readonly links: readonly string[];
};

export type EdgeLook = { readonly tone: Tone; readonly label: string };

export function edgesOf(components: readonly Component[], links: readonly LinkOutcome[]): readonly Edge[] {
  const position = new Map(components.map(({ id }, index) => [id, index]));
  const edges = new Map<string, Edge>();
  for (const link of links) {
    const ends = [position.get(link.from) ?? 0, position.get(calleeOf(link)) ?? 0];
    const [a, b] = [Math.min(...ends), Math.max(...ends)];
    const known = edges.get(`${a} ${b}`);
    const ids = known?.links ?? [];
    edges.set(`${a} ${b}`, { a, b, links: ids.includes(link.id) ? ids : [...ids, link.id] });
  }
  return [...edges.values()];
}

/** @param outcomes of one state, by link id */
export function lookOf(edge: Edge, outcomes: ReadonlyMap<string, LinkOutcome>): EdgeLook {
  const links = edge.links.map((id) => outcomes.get(id));
  const tones = new Set(links.map(toneOf));
  const tone = TONES.findLast((candidate) => tones.has(candidate)) ?? 'unknown';
  if (tone === 'broken' || tone === 'down' || tone === 'unknown') return { tone, label: tone };
  const versions = links.filter((link) => link !== undefined).map(outcomeText);
  const names = [...new Set(versions)].toSorted((x, y) => (x < y ? -1 : 1));
  return { tone, label: names.map((name, index) => (index === 0 ? name : name.replace(/^TLS /, ''))).join(' / ') };
}
