// compare_data.ts - what the comparison knows of its jobs, kept live by one
// stream.
//
//     ids of the address ──► jobs ──► specs ──► traces ──► curves, places
//                                       └──► boxes ──► one landscape
//
// A job keeps its place in `jobs=a,,c` when another is taken away, and with it
// its colour.
import {batch, signal, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {Failure, get, withQuery} from "../api/client";
import {followEvents} from "../api/events";
import {useResource, type Resource} from "../api/resource";
import type {Job, JobList, Landscape, Spec, Trace} from "../api/types";
import {appendTrace} from "../chart/series";
import {isEnded} from "../parts/badge";
import {queried, setQuery} from "../state/route";
import {complain, speak} from "../state/say";
import {viewNow} from "./job_data";
import {nameOf} from "./jobs_columns";
import {courseOf, firstBelow, markOf, namesOf, type Course, type Mark,
        type Runner} from "./compare_race";

export const JOBS_MAX = 20;
const POINTS = 1500;
const LIVE_POINTS = 100;
const LIVE_MS = 250;
const LIVE_ROWS_MAX = 3000;
const EPOCHS_MAX = 50000;
const CELLS = [0, 400, 180];
const LOOKS_MAX = 6; // each narrows a trace of 10^8 rows by hundreds
const COLUMNS = "iteration,loss,evaluations,time_s";

// ---- the address -----------------------------------------------------------

/** The ids by place; "" where one was taken away. */
export function idsNow(): string[] {
  const seen = new Set<string>();
  return queried("jobs").split(",").slice(0, JOBS_MAX).map(id => {
    const twice = seen.has(id);
    seen.add(id);
    return twice || !/^job_[0-9a-z]{26}$/.test(id) ? "" : id;
  });
}

function setIds(ids: string[]): void {
  setQuery({jobs: ids.join().replace(/,+$/, "")}, true);
}

export function addJob(id: string): void {
  const ids = idsNow();
  if (ids.includes(id)) return;
  const free = ids.indexOf("");
  if (free >= 0) ids[free] = id;
  else ids.push(id);
  setIds(ids);
}

export const dropJob = (id: string): void =>
  setIds(idsNow().map(other => other === id ? "" : other));

// ---- what is fetched --------------------------------------------------------

const specs = new Map<string, Spec>(); // they never change

async function specOf(id: string): Promise<Spec> {
  if (!specs.has(id)) specs.set(id, await get<Spec>(`/jobs/${id}/spec`));
  return specs.get(id)!;
}

export interface CompareData {
  list: Resource<JobList>;
  rows: Resource<{items: Trace[]}>;
  runners: Runner[];
  /** Ids of the address that are no jobs any more. */
  missing: string[];
  /** What all of them minimise, and is worth a common scale. */
  same: boolean;
  /** Variables of the common landscape; 0: there is none. */
  flat: 0 | 1 | 2;
  landscape: Resource<Landscape>;
  going: boolean;
}

const objectiveOf = (spec: Spec | undefined): string => JSON.stringify(spec?.objective);

export function useCompare(): CompareData {
  const ids = idsNow(), wanted = ids.filter(Boolean), key = wanted.join();
  const list = useResource<JobList>(key && withQuery("/jobs", {ids: key}) || null);
  const jobs = useMemo(() => signal<Job[]>([]), []);
  const known = useSignal(0); // rises when specs came
  const traces = useMemo(() => signal<ReadonlyMap<string, Trace>>(new Map()), []);

  useEffect(() => { jobs.value = list.data.value?.items ?? []; }, [list.data.value]);
  const here = jobs.value.filter(job => wanted.includes(job.id));
  const hereKey = here.map(job => job.id).join();
  useEffect(() => {
    Promise.all(here.map(job => specOf(job.id)))
      .then(() => { known.value++; }).catch(complainUnlessGone);
  }, [hereKey]);

  const read = known.value >= 0 && here.length > 0 &&
    here.every(job => specs.has(job.id));
  const all = read ? here.map(job => specs.get(job.id)!) : [];
  const same = read && all.every(spec => objectiveOf(spec) === objectiveOf(all[0]));
  const flat = same && here[0].dimension <= 2 &&
    all.every(spec => (spec.trace as {x?: unknown})?.x !== false)
    ? here[0].dimension as 1 | 2 : 0;
  const rows = useResource<{items: Trace[]}>(!read ? null : withQuery("/traces", {
    jobs: hereKey, points: POINTS, fields: COLUMNS + (flat ? ",x" : ""),
  }));
  const lossName = epochLoss(all);
  const epochs = useResource<{items: Trace[]}>(!lossName ? null : withQuery("/traces", {
    jobs: hereKey, axis: "epoch", limit: EPOCHS_MAX,
    fields: `iteration,evaluations,time_s,epoch,${lossName}`,
  }));

  useEffect(() => {
    traces.value = new Map(rows.data.value?.items.map(trace => [trace.job, trace]));
  }, [rows.data.value]);
  useLive(jobs, traces, rows, epochs, list, hereKey, flat > 0);

  const ended = here.filter(isEnded).length;
  const box = useBox(read && rows.data.value ? here : [], flat, `${hereKey} ${ended}`);
  const cells = CELLS[flat];
  const landscape = useResource<Landscape>(!box ? null
    : withQuery(`/jobs/${box.job}/landscape`, {
      nx: cells, ny: flat > 1 ? cells : null,
      bounds: (flat > 1 && viewNow() || box.bounds).join(),
    }));

  const names = read ? namesOf(here, all) : [];
  const runners = read ? here.map<Runner>((job, k) => ({
    job, spec: all[k], name: names[k], ink: ids.indexOf(job.id),
    trace: withRows(traces.value.get(job.id)),
    epochs: withRows(epochs.data.value?.items.find(trace => trace.job === job.id)),
  })) : [];
  const missing = wanted.filter(id => list.data.value?.missing?.includes(id));
  const going = here.some(job => !isEnded(job));
  return {list, rows, runners, missing, same, flat, landscape, going};
}

const withRows = (trace: Trace | undefined): Trace | null =>
  trace?.columns?.iteration.length ? trace : null;

/** A job that was deleted meanwhile is told by the list. */
function complainUnlessGone(error: unknown): void {
  if (!(error instanceof Failure && error.status === 404)) complain(error);
}

/** The loss that models are judged by; null: not all are models. */
function epochLoss(all: Spec[]): string | null {
  const objectives = all.map(spec => spec.objective as Spec | undefined);
  if (!all.length || objectives.some(one => one?.type !== "model")) return null;
  return objectives.every(one => one!.validation_fraction || one!.validation)
    ? "validation_loss" : "training_loss";
}

interface Box {
  job: string;
  bounds: number[];
}

/** What holds the landscapes of all of them, each as the server bounds it. */
function useBox(jobs: Job[], flat: number, key: string): Box | null {
  const box = useSignal<Box | null>(null);
  const begun = jobs.filter(job => job.state !== "queued");
  useEffect(() => {
    if (!flat || !begun.length) {
      box.value = null;
      return;
    }
    let wanted = true;
    Promise.all(begun.map(job => get<Landscape>(withQuery(
      `/jobs/${job.id}/landscape`, {nx: 2, ny: flat > 1 ? 2 : null}))))
      .then(grids => {
        const of = (side: number): number =>
          Math[side % 2 ? "max" : "min"](...grids.map(grid => grid.bounds[side]));
        if (wanted) box.value = {job: begun[0].id, bounds: grids[0].bounds.map((_, k) => of(k))};
      }).catch(complainUnlessGone);
    return () => { wanted = false; };
  }, [flat, key, begun.length]);
  return box.value;
}

/** Follow those that have not ended, in one stream. */
function useLive(jobs: Signal<Job[]>, traces: Signal<ReadonlyMap<string, Trace>>,
                 rows: Resource<unknown>, epochs: Resource<unknown>,
                 list: Resource<unknown>, hereKey: string, flat: boolean): void {
  const going = jobs.value.filter(job => hereKey.includes(job.id) && !isEnded(job))
    .map(job => job.id).join();

  useEffect(() => {
    if (!going || !rows.data.peek()) return;
    const put = (job: Job): void => {
      jobs.value = jobs.value.map(old => old.id === job.id ? job : old);
    };
    let waiting: Trace[] = [], timer = 0;
    function takeRows(): void {
      const came = waiting, next = new Map(traces.value);
      waiting = [];
      timer = 0;
      for (const more of came) {
        const trace = next.get(more.job);
        if (trace?.columns) next.set(more.job, appendTrace(trace, more, LIVE_ROWS_MAX));
      }
      traces.value = next;
    }
    const stop = followEvents(withQuery("/events", {
      jobs: going, points: LIVE_POINTS, fields: COLUMNS + (flat ? ",x" : ""),
    }), {
      job: put,
      points: more => {
        waiting.push(more);
        timer ||= window.setTimeout(takeRows, LIVE_MS);
      },
      end: (_, job) => batch(() => {
        takeRows();
        if (!job) return list.reload();
        put(job);
        rows.reload();
        epochs.reload();
        speak(`${nameOf(job)} has ended.`);
      }),
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [going, flat, rows.data.value === null]);
}

// ---- where a target was reached ---------------------------------------------

/** Look between two rows of a thinned trace until every row is there. */
async function lookCloser(id: string, {trace}: Course, row: number,
                          target: number): Promise<Mark> {
  for (let looks = 0; row > 0 && !trace.sampling.exact && looks < LOOKS_MAX; looks++) {
    const {iteration} = trace.columns;
    trace = await get<Trace>(withQuery(`/jobs/${id}/trace`, {
      from: iteration[row - 1], to: iteration[row] + 1, points: POINTS, fields: COLUMNS,
    }));
    row = firstBelow({trace, field: "loss", exact: false}, target);
    if (row < 0) throw new Failure({type: "about:blank", status: 404, title: "The trace changed"});
  }
  return markOf(trace, row);
}

/** Where each ended run first was at most `target`, to the row. */
export function useMarks(runners: Runner[], target: number | null):
    ReadonlyMap<string, Mark> {
  const marks = useSignal<ReadonlyMap<string, Mark>>(new Map());
  const ended = runners.filter(({job}) => isEnded(job));
  const key = ended.map(({job, trace}) =>
    `${job.id}${trace?.columns.iteration.length}`).join();

  useEffect(() => {
    let wanted = true;
    marks.value = new Map();
    for (const runner of target === null ? [] : ended) {
      const course = courseOf(runner);
      const row = course ? firstBelow(course, target!) : -1;
      if (!course || row <= 0 || course.exact) continue;
      lookCloser(runner.job.id, course, row, target!).then(mark => {
        if (wanted) marks.value = new Map(marks.value).set(runner.job.id, mark);
      }).catch(complainUnlessGone);
    }
    return () => { wanted = false; };
  }, [key, target]);
  return marks.value;
}
