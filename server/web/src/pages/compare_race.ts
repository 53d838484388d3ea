// compare_race.ts - who is ahead: what runs are measured by, and their ranks.
import type {Job, Json, Real, Spec, Trace} from "../api/types";
import {counted, duration, real} from "../format";
import {frameBefore} from "../frames";
import {nameOf, shortId} from "./jobs_columns";

/** One job of the comparison. */
export interface Runner {
  job: Job;
  spec: Spec;
  /** What it is called here: no two are called the same. */
  name: string;
  /** Its place in the palette, and in the address. */
  ink: number;
  /** Its curve; null: there is none yet. */
  trace: Trace | null;
  /** Of a model: the ends of its epochs. */
  epochs: Trace | null;
}

/** What is counted while they run. */
export interface Pace {
  column: "iteration" | "evaluations" | "time_s";
  /** As the player says it: "iteration 12", "12 evaluations". */
  unit: string;
  words(value: number): string;
}

export const paces: Record<string, Pace> = {
  "": {column: "iteration", unit: "iteration", words: n => counted(n, "iteration")},
  evaluation: {column: "evaluations", unit: "evaluation",
               words: n => counted(n, "evaluation")},
  second: {column: "time_s", unit: "time", words: duration},
};

/** An axis of the pace; seconds in a unit of which a run has many. */
export interface Axis {
  pace: Pace;
  label: string;
  /** What the column's numbers are multiplied by. */
  factor: number;
  format(value: number): string;
}

/** What a run is judged by: its loss, a model's validation loss. */
export interface Course {
  trace: Trace;
  field: string;
  /** Every row is there: what is read off needs no closer look. */
  exact: boolean;
}

export function courseOf({trace, epochs}: Runner): Course | null {
  if (epochs) {
    const field = epochs.columns.validation_loss ? "validation_loss" : "training_loss";
    return {trace: epochs, field, exact: true};
  }
  return trace && {trace, field: "loss", exact: trace.sampling.exact};
}

export interface Mark {
  iteration: number;
  evaluations: number;
  time_s: number;
}

export interface Place {
  runner: Runner;
  /** Where the target was reached; null: it was not. */
  reached: Mark | null;
  /** `reached` is between this row and the one before. */
  about: boolean;
  final: Real;
  least: Real;
  /** From 1; equal ones share it. null: not ranked. */
  rank: number | null;
}

/** The row that first is at most `target`; -1: none. */
export function firstBelow({trace, field}: Course, target: number): number {
  return (trace.columns[field] ?? []).findIndex(
    value => value !== null && value <= target);
}

export function markOf(trace: Trace, row: number): Mark {
  const {iteration, evaluations, time_s} = trace.columns;
  return {iteration: iteration[row], evaluations: evaluations?.[row] ?? 0,
          time_s: time_s?.[row] ?? 0};
}

const leastOf = (values: Real[]): number =>
  values.reduce<number>((least, value) =>
    value !== null && value < least ? value : least, Infinity);

/**
 * A target where nobody said one: nearly all of the way, from the greatest
 * start to the least loss that any run has found, but for a thousandth.
 * Source: Moré & Wild 2009, SIAM J. Optim. 20(1), (2.2), tau = 1e-3.
 */
export function usualTarget(courses: Course[]): number | null {
  const columns = courses.map(({trace, field}) => trace.columns[field] ?? []);
  const least = Math.min(...columns.map(leastOf));
  const start = Math.max(...columns.map(column => column[0] ?? -Infinity));
  const gap = start - least;
  if (!(gap > 0) || !Number.isFinite(gap)) return null;
  // In as few digits as keep it above the least, and near.
  for (let digits = 2; digits < 17; digits++) {
    const target = Number((least + 1e-3 * gap).toPrecision(digits));
    if (target > least && target < least + 2e-3 * gap) return target;
  }
  return least + 1e-3 * gap;
}

/** The runs in their order: who reached the target first, then by loss. */
export function placesOf(runners: Runner[], target: number | null,
                         marks: ReadonlyMap<string, Mark>, pace: Pace): Place[] {
  const places = runners.map<Place>(runner => {
    const course = courseOf(runner);
    const column = course?.trace.columns[course.field] ?? [];
    const row = course && target !== null ? firstBelow(course, target) : -1;
    const known = marks.get(runner.job.id);
    return {
      runner, rank: null,
      reached: row < 0 ? null : known ?? markOf(course!.trace, row),
      about: row > 0 && !known && !course!.exact,
      final: column[column.length - 1] ?? null,
      least: column.length ? leastOf(column) : null,
    };
  });
  if (target === null) return places;

  const by = (a: Place, b: Place): number =>
    (a.reached?.[pace.column] ?? Infinity) - (b.reached?.[pace.column] ?? Infinity)
    || (a.least ?? Infinity) - (b.least ?? Infinity) || 0;
  places.sort((a, b) => compare(a, b, pace) || by(a, b));
  places.forEach((place, k) => {
    const before = places[k - 1];
    place.rank = before && !compare(before, place, pace) ? before.rank : k + 1;
  });
  return places;
}

/** Negative: a is before b; 0: they are equal. */
function compare(a: Place, b: Place, {column}: Pace): number {
  if (a.reached && b.reached) return a.reached[column] - b.reached[column];
  if (a.reached || b.reached) return a.reached ? -1 : 1;
  const [x, y] = [a.least ?? Infinity, b.least ?? Infinity];
  return x === y ? 0 : x - y;
}

/** Who wins, in a sentence. */
export function verdictOf(places: Place[], target: number, pace: Pace,
                          going: boolean): string {
  const winners = places.filter(place => place.rank === 1);
  const names = winners.map(({runner}) => runner.name).join(" and ");
  const soFar = going ? " so far" : "";
  const [{reached, least}] = winners;
  if (!reached) {
    return `None has reached a loss of ${real(target)}${soFar}. ` +
      `${names} came nearest, to ${real(least)}.`;
  }
  const said = pace.words(reached[pace.column]);
  const next = places.find(place => place.rank !== 1);
  const head = winners.length > 1
    ? `${names} are level${soFar}: each reached a loss of ${real(target)} after ${said}.`
    : `${names} wins${soFar}: it reached a loss of ${real(target)} after ${said}.`;
  if (!next) return head;
  if (!next.reached) return `${head} ${places.length === 2
    ? next.runner.name : "No other"} ${places.length === 2 ? "did not" : "one did"}.`;
  const ratio = next.reached[pace.column] / reached[pace.column];
  return `${head} ${next.runner.name} came next` +
    (ratio > 1 && Number.isFinite(ratio) ? `, after ${real(ratio, 2)} times as many.` : ".");
}

/** The loss of a run at a moment of the pace, and whether that is from the row
 *  before it; null: it had none. */
export function lossAt({trace}: Runner, at: number, {column}: Pace):
    {loss: Real; about: boolean} | null {
  const along = trace?.columns[column] as number[] | undefined;
  if (!along?.length || along[0] > at) return null;
  const row = frameBefore(along, at);
  return {loss: trace!.columns.loss[row], about: !trace!.sampling.exact &&
    row < along.length - 1 && along[row] < at};
}

// ---- specs ----------------------------------------------------------------

/** What says who a job is, not what it does. */
const LABELS = ["/name", "/tags", "/priority", "/retention_s"];

/** The members of a spec by pointer, whole arrays as one. */
export function settingsOf(spec: Spec): Map<string, Json> {
  const settings = new Map<string, Json>();
  const walk = (value: Json | undefined, pointer: string): void => {
    if (value && typeof value === "object" && !Array.isArray(value)) {
      for (const [name, member] of Object.entries(value)) walk(member, `${pointer}/${name}`);
    } else if (value !== undefined && !LABELS.includes(pointer)) {
      settings.set(pointer, value);
    }
  };
  walk(spec, "");
  return settings;
}

export interface Setting {
  pointer: string;
  /** Of each run; undefined: it has no such member. */
  values: (Json | undefined)[];
  differs: boolean;
}

export function settingsTable(specs: Spec[]): Setting[] {
  const all = specs.map(settingsOf);
  const pointers = [...new Set(all.flatMap(settings => [...settings.keys()]))];
  return pointers.map(pointer => {
    const values = all.map(settings => settings.get(pointer));
    // What is off is as if it were not there: rules have many such members.
    const texts = values.map(value => JSON.stringify(value || null));
    return {pointer, values, differs: texts.some(text => text !== texts[0])};
  });
}

/** Names that tell the jobs apart: where two are called the same, what they
 *  do differently, and where that is nothing, the end of their ids. */
export function namesOf(jobs: Job[], specs: Spec[]): string[] {
  const names = jobs.map(nameOf);
  const twice = (k: number): boolean =>
    names.some((name, other) => other !== k && name === names[k]);
  const doubles = jobs.map((_, k) => twice(k));
  const telling = settingsTable(specs).filter(({differs, values}) =>
    differs && values.every(value => typeof value !== "object"));
  const longer = names.map((name, k) => doubles[k]
    ? [name, ...telling.slice(0, 2).flatMap(({pointer, values}) =>
      values[k] === undefined ? []
        : [`${pointer.split("/").pop()} ${String(values[k])}`])].join(", ")
    : name);
  return longer.map((name, k) => longer.indexOf(name) === k &&
    longer.lastIndexOf(name) === k ? name : `${name} ${shortId(jobs[k].id)}`);
}

/** The places that a player stops at, evenly along the axis that is shown. */
export function framesOf(first: number, last: number, whole: boolean,
                         log: boolean): number[] {
  const FRAMES = 1200;
  if (!(last > first)) return [first];
  const count = whole ? Math.min(last - first, FRAMES) : FRAMES;
  const [low, high] = log ? [Math.asinh(first), Math.asinh(last)] : [first, last];
  const frames = [first];
  for (let k = 1; k <= count; k++) {
    const even = low + k / count * (high - low);
    const frame = log ? Math.sinh(even) : even;
    const next = k === count ? last : whole ? Math.round(frame) : frame;
    if (next > frames[frames.length - 1]) frames.push(next);
  }
  return frames;
}
