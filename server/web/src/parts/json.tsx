// json.tsx - a spec as text, and what differs between two.
import type {Json} from "../api/types";

/** Indented, but arrays of numbers on a line. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/\[\s+((?:-?[\d.eE+-]+,?\s*)+)\]/g, (_, inside: string) =>
      `[${inside.trim().replace(/,\s+/g, ", ")}]`);
}

export interface Difference {
  pointer: string;
  before: Json | undefined;
  after: Json | undefined;
}

/** The members in which two documents differ, by pointer. */
export function differences(before: Json | undefined, after: Json | undefined,
                            pointer = ""): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap(name =>
      differences(before[name], after[name], `${pointer}/${name}`));
  }
  return [{pointer, before, after}];
}

const isObject = (value: Json | undefined): value is {[member: string]: Json} =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const JsonBlock = ({value}: {value: unknown}) => (
  <pre class="json" tabIndex={0}><code>{jsonText(value)}</code></pre>
);
