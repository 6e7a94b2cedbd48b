// Reading a field of an event's data, which is JSON of any shape.
import type { Json } from '../core/json.ts';

/** '' when there is no such text */
export function textOf(data: Json, field: string): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return '';
  const value: unknown = Object.entries(data).find(([key]) => key === field)?.[1];
  return typeof value === 'string' ? value : '';
}
