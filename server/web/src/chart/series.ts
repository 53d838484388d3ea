// series.ts - from a trace's columns to the lines of a chart.
import type {Real, Trace} from "../api/types";
import {whole} from "../format";

export interface Gap {
  x: number;
  value: "nan" | "+inf" | "-inf";
}

export interface Series {
  name: string;
  /** Its place in the palette. */
  ink: number;
  /** Rising. */
  x: number[];
  /** null where it was not finite: the line has a gap there. */
  y: Real[];
  /** What was not finite; marked at the edge. */
  gaps?: Gap[];
  /** Thin and pale, behind others. */
  pale?: boolean;
  /** Without the palette's dash: where it is alone. */
  solid?: boolean;
  /** Dashed whatever the palette says. */
  dashed?: boolean;
  /** Marks at its points. */
  dots?: boolean;
}

/**
 * A column of a trace against another. Rows where it is absent (metrics
 * between epochs) are left out; rows where it was not finite are gaps.
 */
export function seriesOf(trace: Trace, field: string, series: Partial<Series>,
                         axis = "iteration"): Series {
  const ys = trace.columns[field] ?? [], xs = trace.columns[axis] ?? [];
  const iterations = trace.columns.iteration;
  const faults = new Map(trace.nonfinite.filter(fault => fault.field === field)
    .map(fault => [fault.iteration, fault.value]));
  const x: number[] = [], y: Real[] = [], gaps: Gap[] = [];

  ys.forEach((value, row) => {
    const place = xs[row];
    const fault = value === null ? faults.get(iterations[row]) : undefined;
    if (place === null || place === undefined) return;
    if (value === null && !fault) return;
    x.push(place);
    y.push(value);
    if (fault) gaps.push({x: place, value: fault});
  });
  return {name: field, ink: 0, ...series, x, y, gaps};
}

/** "2 000 of 100 001 points", or "all 50 points". */
export function samplingNote(trace: Trace): string {
  const {from, to} = trace.range, {every} = trace.available;
  const shown = trace.columns.iteration.length;
  const all = Math.max(Math.ceil((to - from) / Math.max(every, 1)), shown);
  return trace.sampling.exact || shown >= all
    ? `all ${whole(shown)} points`
    : `${whole(shown)} of ${whole(all)} points, extremes kept`;
}

/** The rows of `more` behind those of `trace`, which is not changed. At most
 *  `limit` rows are kept: of older ones every second one goes. */
export function appendTrace(trace: Trace, more: Trace, limit: number): Trace {
  const known = trace.columns.iteration;
  const last = known.length ? known[known.length - 1] : -1;
  const from = more.columns.iteration.findIndex(iteration => iteration > last);
  if (from < 0) return {...trace, complete: more.complete, available: more.available};

  const length = known.length + more.columns.iteration.length - from;
  const thin = length > limit;
  const keep = <T>(rows: T[]): T[] =>
    thin ? rows.filter((_, row) => row % 2 === 0) : rows;
  const columns = {} as Trace["columns"];
  for (const name of Object.keys(trace.columns)) {
    const added = more.columns[name]
      ?? more.columns.iteration.map(() => null as Real);
    columns[name] = [...keep(trace.columns[name]), ...added.slice(from)] as number[];
  }
  return {
    ...trace, columns, available: more.available, complete: more.complete,
    range: {from: trace.range.from, to: more.range.to},
    sampling: {...trace.sampling,
               exact: trace.sampling.exact && more.sampling.exact && !thin},
    nonfinite: [...trace.nonfinite, ...more.nonfinite],
  };
}

const words = {"nan": "NaN", "+inf": "Infinity", "-inf": "-Infinity"};

/** A row for each x that any series has; what was not finite as the server's
 *  CSV writes it. */
export function csvOf(series: Series[], xLabel: string): string {
  const quoted = (name: string): string =>
    /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  const columns = series.map(({x, y, gaps = []}) => {
    const column = new Map<number, number | string>();
    x.forEach((at, k) => column.set(at, y[k] ?? ""));
    for (const gap of gaps) column.set(gap.x, words[gap.value]);
    return column;
  });
  const xs = [...new Set(series.flatMap(one => one.x))].sort((a, b) => a - b);
  return [
    [xLabel, ...series.map(one => one.name)].map(quoted).join(),
    ...xs.map(x => [x, ...columns.map(column => column.get(x) ?? "")].join()),
  ].join("\n") + "\n";
}
