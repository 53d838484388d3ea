// scale.ts - from the numbers of a column to a line of pixels, and back.
import {linearTicks, logTicks, symlogTicks} from "./ticks";

/** "symlog" is linear below one: iteration 0 has its place. */
export type ScaleKind = "linear" | "log" | "symlog";

const kinds = {
  linear: {
    there: (value: number) => value, back: (value: number) => value,
    ticks: linearTicks,
  },
  log: {there: Math.log10, back: (value: number) => 10 ** value, ticks: logTicks},
  symlog: {there: Math.asinh, back: Math.sinh, ticks: symlogTicks},
} as const;

export interface Scale {
  low: number;
  high: number;
  toPixel(value: number): number;
  toValue(pixel: number): number;
  ticks(count: number): number[];
}

/** [low, high] along the pixels [first, last]. */
export function scaleOf(kind: ScaleKind, low: number, high: number,
                        first: number, last: number): Scale {
  const {there, back, ticks} = kinds[kind];
  const start = there(low), span = there(high) - start || 1;
  return {
    low, high,
    toPixel: value => first + (there(value) - start) / span * (last - first),
    toValue: pixel => back(start + (pixel - first) / (last - first) * span),
    ticks: count => ticks(low, high, count),
  };
}
