// job_data.ts - all that the page of a job knows, asked for once and kept live.
//
// The trace comes thinned (POINTS) for the range that is seen; while the job
// runs and all is seen, the stream's rows are added to it.
import {batch, signal, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {withQuery, type Query} from "../api/client";
import {followEvents} from "../api/events";
import {useResource, type Resource} from "../api/resource";
import type {Job, Json, Landscape, Result, Spec, Trace} from "../api/types";
import {appendTrace} from "../chart/series";
import {real, whole} from "../format";
import type {Bounds} from "../landscape/plane";
import type {Path} from "../landscape/trail";
import {isEnded} from "../parts/badge";
import {queried} from "../state/route";
import {speak} from "../state/say";
import {withProgress} from "./job_progress";
import {nameOf} from "./jobs_columns";

const POINTS = 2000;
const LIVE_POINTS = 200;
const LIVE_MS = 250; // between two paintings of what came
const LIVE_ROWS_MAX = 4000;
const CELLS = {1: 400, 2: 200} as Record<number, number>;
const FIELDS = ["iteration", "time_s", "evaluations", "loss", "gradient_norm",
                "step_norm", "learning_rate"];
/* Of more than two variables so many have a curve each. */
const COORDINATES = [0, 1, 2, 3, 4, 5];
const FULL_X_MAX = 64; // variables that a trace has in every row
const CAME_MAX = 200;

/** What the stream told beside rows. */
export interface Came {
  when: number;
  what: string;
}

export interface JobData {
  job: Signal<Job | null>;
  trace: Signal<Trace | null>;
  /** Where the trace comes from. */
  rows: Resource<Trace>;
  landscape: Resource<Landscape>;
  /** Of the landscape's own path, and what the stream added. */
  path: Signal<Path | null>;
  result: Resource<Result>;
  spec: Resource<Spec>;
  /** The job's own resource: its failure is the page's. */
  source: Resource<Job>;
  /** It was deleted while it was looked at. */
  deleted: Signal<boolean>;
  at: Signal<number>;
  /** Since the page was opened, oldest first. */
  came: Signal<Came[]>;
}

/** "from..to" in the address, as `range`; "x0,x1,y0,y1" as `view`. */
export function rangeNow(): [number, number] | null {
  const [from, to] = queried("range").split("..").map(Number);
  return to > from ? [from, to] : null;
}

export function viewNow(): Bounds | null {
  const numbers = queried("view").split(",").map(Number);
  return numbers.length === 4 && numbers.every(Number.isFinite)
    ? numbers as Bounds : null;
}

/** "i,j" in the address, as `dims`: a slice through two variables. */
export function sliceNow(): [number, number] | null {
  const [i, j] = queried("dims").split(",").map(Number);
  return i >= 0 && j >= 0 && i !== j ? [i, j] : null;
}

/** What is asked of each row: x too, where rows have it. */
function columnsOf(job: Job, spec: Spec | null): Query | null {
  if (!spec) return null;
  const {x} = (spec.trace ?? {}) as {x?: Json};
  const has = x !== false && job.dimension <= FULL_X_MAX;
  return {
    fields: FIELDS.join() + (has ? ",x" : ""),
    dims: has && job.dimension > 2
      ? COORDINATES.filter(k => k < job.dimension).join() : null,
  };
}

/** Dimensions that have a picture without being asked for it. */
const isCheap = (job: Job): boolean =>
  job.dimension <= 2 || !["model", "fit"].includes(job.objective);

function landscapePath(job: Job | null, view: readonly number[] | null,
                       wanted: boolean): string | null {
  if (!job || job.state === "queued" || !(wanted || isCheap(job))) return null;
  const cells = CELLS[Math.min(job.dimension, 2)];
  const slice = job.dimension > 2 ? sliceNow() : null;
  return withQuery(`/jobs/${job.id}/landscape`, {
    nx: cells, ny: job.dimension > 1 ? cells : null, bounds: view?.join(),
    plane: slice ? "coordinates" : job.dimension > 2 ? "path" : null,
    dims: slice?.join(),
    // The box of a run that goes on is asked for anew once it has ended.
    at: isEnded(job) ? null : "start",
  });
}

export function useJob(id: string, wantsLandscape: boolean): JobData {
  const source = useResource<Job>(`/jobs/${id}`);
  const job = useMemo(() => signal<Job | null>(null), []);
  const range = rangeNow();
  const ended = job.value !== null && isEnded(job.value);
  const spec = useResource<Spec>(`/jobs/${id}/spec`);
  const columns = job.value && columnsOf(job.value, spec.data.value);
  const rows = useResource<Trace>(columns && withQuery(`/jobs/${id}/trace`, {
    ...columns, points: POINTS, method: "minmax",
    from: range && Math.max(Math.floor(range[0]), 0),
    to: range && Math.ceil(range[1]) + 1,
    // An ended job's trace has another address than the running one's.
    by: ended ? "loss" : null,
  }));
  const trace = useMemo(() => signal<Trace | null>(null), []);
  const line = useSignal<readonly number[] | null>(null);
  const landscape = useResource<Landscape>(
    landscapePath(job.value, viewNow() ?? line.value, wantsLandscape));
  const path = useMemo(() => signal<Path | null>(null), []);
  const result = useResource<Result>(ended ? `/jobs/${id}/result` : null);
  const deleted = useSignal(false);
  const came = useMemo(() => signal<Came[]>([]), []);
  const asked = queried("at");
  const at = useMemo(() => signal(asked ? Number(asked) : Infinity), []);

  useEffect(() => { job.value = source.data.value; }, [source.data.value]);
  useEffect(() => { trace.value = rows.data.value; }, [rows.data.value]);
  useEffect(() => {
    const found = landscape.data.value;
    if (job.value) path.value = found && pathOf(found, job.value);
    if (found && ended && !line.value) line.value = bothSides(found);
  }, [landscape.data.value]);

  const going = job.value !== null && !isEnded(job.value);
  const dimension = job.value?.dimension ?? 0;
  useEffect(() => {
    if (!going || !rows.data.peek()) return;
    const flat = dimension <= 2;
    const query = withQuery(`/jobs/${id}/events`, {...columns, points: LIVE_POINTS});
    const note = (what: string): void => {
      came.value = [...came.peek(), {when: Date.now(), what}].slice(-CAME_MAX);
    };
    let waiting: Trace[] = [], timer = 0;
    function takeRows(): void {
      const came = waiting;
      waiting = [];
      timer = 0;
      batch(() => {
        for (const more of came) {
          job.value = withProgress(job.value!, more);
          if (trace.value && !rangeNow()) {
            trace.value = appendTrace(trace.value, more, LIVE_ROWS_MAX);
          }
          if (flat && path.value) path.value = longer(path.value, more);
        }
      });
    }
    const stop = followEvents(query, {
      job: now => {
        if (now.state !== job.peek()!.state) note(`It is ${now.state}.`);
        job.value = now;
      },
      best: ({iteration, loss}) =>
        note(`The best loss so far: ${real(loss, 6)} at iteration ${whole(iteration)}.`),
      connected: on => { if (!on) note("The stream of events has ended."); },
      points: more => {
        waiting.push(more);
        timer ||= window.setTimeout(takeRows, LIVE_MS);
      },
      end: (_, last) => {
        takeRows();
        if (last) {
          job.value = last;
          speak(`${nameOf(last)} has ended.`);
        } else deleted.value = true;
      },
    }, lastIteration(trace.peek()));
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [going, id, rows.data.value === null]);

  return {job, trace, rows, landscape, path, result, spec, source, deleted, at, came};
}

/** A descent comes from one side: of one variable both sides of the best
 *  point are shown. null where the box has them already. */
function bothSides({plane, bounds: [low, high], at}: Landscape): number[] | null {
  if (plane.dimension !== 1 || !at) return null;
  const reach = Math.max(high - at[0], at[0] - low);
  return high - low < 1.7 * reach ? [at[0] - reach, at[0] + reach] : null;
}

function lastIteration(trace: Trace | null): string {
  const rows = trace?.columns.iteration;
  return rows?.length ? String(rows[rows.length - 1]) : "";
}

function pathOf(landscape: Landscape, job: Job): Path | null {
  const way = landscape.path;
  return way ? {name: nameOf(job), ink: 0, t: way.iteration, x: way.x,
                y: way.y ?? way.loss, loss: way.loss} : null;
}

/** The path with the rows of the stream behind it, thinned when it is long. */
function longer(path: Path, {columns}: Trace): Path {
  const last = path.t[path.t.length - 1] ?? -1;
  const from = columns.iteration.findIndex(iteration => iteration > last);
  const x = columns["x.0"], y = columns["x.1"] ?? columns.loss;
  if (from < 0 || !x || !y) return path;
  const thin = path.t.length > LIVE_ROWS_MAX;
  const join = <T,>(rows: T[], more: T[]): T[] => [
    ...(thin ? rows.filter((_, k) => k % 2 === 0) : rows), ...more.slice(from)];
  return {
    ...path, t: join(path.t, columns.iteration), x: join(path.x, x),
    y: join(path.y, y), loss: join(path.loss ?? [], columns.loss),
  };
}
