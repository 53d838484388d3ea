// jobs.tsx - the list of jobs: filter, sort, choose; live where jobs run.
//
// A filter, the sort and the page stand in the address. Rows that are new
// since are announced, not pushed under the pointer.
import {signal, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import {get, post, remove, withQuery, Failure} from "../api/client";
import {followEvents} from "../api/events";
import {useResource} from "../api/resource";
import type {Job, JobList, Spec, State} from "../api/types";
import {counted, whole} from "../format";
import {isEnded} from "../parts/badge";
import {Empty, PageHead, Trouble} from "../parts/blocks";
import {Button} from "../parts/button";
import {confirm} from "../parts/dialog";
import {Icon} from "../parts/icon";
import {Table} from "../parts/table";
import {presets, type Preset} from "../presets";
import {useKeys} from "../state/keys";
import {heard} from "../state/queue";
import {go, hrefOf, hrefWith, queried, setQuery} from "../state/route";
import {complain, speak, toast} from "../state/say";
import {jobColumns, nameOf} from "./jobs_columns";

const PAGE_ROWS = 50;
const SPARK_POINTS = 48;
const LOOK_AGAIN_MS = 15000;
const SEARCH_REST_MS = 250;
const FILTERS = ["state", "q", "optimizer", "objective", "tag"] as const;
const states = [
  ["", "All"], ["queued", "Queued"], ["running", "Running"],
  ["completed", "Completed"], ["failed", "Failed"], ["canceled", "Canceled"],
] as const;

const chosen = signal<ReadonlySet<string>>(new Set());

function listPath(): string {
  const filter = Object.fromEntries(FILTERS.map(name => [name, queried(name)]));
  return withQuery("/jobs", {
    ...filter, sort: queried("sort"), cursor: queried("cursor"),
    limit: PAGE_ROWS, sparkline: SPARK_POINTS,
  });
}

export function JobsPage() {
  const path = listPath();
  const list = useResource<JobList>(path);
  const jobs = useMemo(() => signal<Job[]>([]), []);
  const fresh = useMemo(() => signal<JobList | null>(null), []);
  const cursor = useSignal<string | null>(null);
  const search = useRef<HTMLInputElement>(null);

  useEffect(() => {
    jobs.value = list.data.value?.items ?? [];
    if (list.data.value) heard(list.data.value.counts);
    fresh.value = null;
  }, [list.data.value]);
  useLive(jobs);
  useLookAgain(path, jobs, fresh);

  const rows = jobs.value, failure = list.failure.value;
  const filtered = FILTERS.some(name => queried(name));
  const sort = queried("sort", "-created_at");
  const move = (by: number): void => {
    const at = rows.findIndex(job => job.id === cursor.value);
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (next) cursor.value = next.id;
  };
  const choose = (ids: string[], on: boolean): void => {
    const next = new Set(chosen.value);
    for (const id of ids) next[on ? "add" : "delete"](id);
    chosen.value = next;
  };

  useKeys([
    {key: "/", does: "Search", run: () => search.current?.focus()},
    {key: "j", does: "The next row", run: () => move(1)},
    {key: "k", does: "The row before", run: () => move(-1)},
    {key: "x", does: "Choose the row", run: () =>
      cursor.value && choose([cursor.value], !chosen.value.has(cursor.value))},
    {key: "Enter", does: "Open the row", run: () =>
      cursor.value && go(`/jobs/${cursor.value}`)},
    {key: "c", does: "Compare what is chosen", run: compareChosen},
  ]);

  const nothing = list.data.value && !rows.length;
  const next = list.data.value?.next;
  return (
    <>
      <PageHead title="Jobs">
        <Button label="New job" icon="plus" kind="main" href={hrefOf("/new")} />
      </PageHead>
      <div class="filters">
        <StateChips counts={list.data.value?.counts} />
        <Search input={search} />
      </div>
      <FilterChips />
      {failure && <Trouble failure={failure} onAgain={list.reload} />}
      {fresh.value && (
        <button type="button" class="fresh" onClick={list.reload}>
          {counted(newIn(fresh.value, rows), "new job")} — show
        </button>
      )}
      {rows.length > 0 && (
        <Table caption="Jobs" cards columns={jobColumns} rows={rows}
               rowId={job => job.id} rowName={nameOf} sort={sort}
               onSort={value => setQuery({sort: value, cursor: null}, true)}
               chosen={chosen.value} onChoose={choose} cursor={cursor.value} />
      )}
      {nothing && (filtered
        ? <Empty title="No job is like that">
            <Button label="All jobs" href={hrefOf("/jobs")} />
          </Empty>
        : <Presets />)}
      {(next || queried("cursor")) && (
        <nav class="pages" aria-label="Pages of the list">
          {queried("cursor") && (
            <Button label="First page" icon="first" href={hrefWith({cursor: null})} />)}
          {next && <Button label="Next page" icon="forward"
                           href={hrefWith({cursor: next})} />}
        </nav>
      )}
      {chosen.value.size > 0 && <ChosenBar rows={rows} onDone={list.reload} />}
    </>
  );
}

function StateChips({counts}: {counts: JobList["counts"] | undefined}) {
  const state = queried("state");
  const count = (value: State | ""): number => value ? counts?.[value] ?? 0
    : states.reduce((sum, [each]) => sum + (each ? count(each) : 0), 0);
  return (
    <nav class="chips" aria-label="By state">
      {states.map(([value, word]) => (
        <a key={value} class="chip" href={hrefWith({state: value, cursor: null})}
           aria-current={state === value ? "true" : undefined}>
          {word}{counts && <b>{whole(count(value))}</b>}
        </a>
      ))}
    </nav>
  );
}

function Search({input}: {input: {current: HTMLInputElement | null}}) {
  const timer = useRef(0);
  return (
    <label class="search">
      <Icon name="search" /><span class="unseen">Search by name or tag</span>
      <input ref={input} type="search" placeholder="Search" value={queried("q")}
             onInput={event => {
               const q = event.currentTarget.value;
               clearTimeout(timer.current);
               timer.current = window.setTimeout(
                 () => setQuery({q, cursor: null}), SEARCH_REST_MS);
             }}
             onKeyDown={event => {
               if (event.key === "Escape") event.currentTarget.blur();
             }} />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

/** Filters that a click on a row has set, each to be taken away. */
function FilterChips() {
  const set = (["optimizer", "objective", "tag"] as const).filter(name => queried(name));
  if (!set.length) return null;
  return (
    <div class="chips">
      {set.map(name => (
        <a key={name} class="chip set" href={hrefWith({[name]: null, cursor: null})}
           aria-label={`Without ${name} ${queried(name)}`}>
          {name} <b>{queried(name)}</b><Icon name="close" />
        </a>
      ))}
    </div>
  );
}

/** What one can begin with, where there is no job yet. */
function Presets() {
  const busy = useSignal(false);
  async function start(preset: Preset): Promise<void> {
    busy.value = true;
    try {
      const jobs = [];
      for (const spec of preset.specs) jobs.push(await post<Job>("/jobs", spec));
      if (jobs.length === 1) go(`/jobs/${jobs[0].id}`);
      else go("/compare", {jobs: jobs.map(job => job.id).join()});
    } catch (error) {
      complain(error);
    }
    busy.value = false;
  }

  return (
    <Empty title="No jobs yet">
      <p>Start one of these, or <a href={hrefOf("/new")}>your own</a>.</p>
      <div class="presets">
        {presets.map(preset => (
          <button type="button" key={preset.name} class="preset"
                  disabled={busy.value} onClick={() => void start(preset)}>
            <strong>{preset.name}</strong><span>{preset.sentence}</span>
          </button>
        ))}
      </div>
    </Empty>
  );
}

function compareChosen(): void {
  const ids = [...chosen.value];
  if (ids.length) go("/compare", {jobs: ids.join()});
}

/** What one can do with the jobs that are chosen. */
function ChosenBar({rows, onDone}: {rows: Job[]; onDone(): void}) {
  const ids = [...chosen.value];
  const known = rows.filter(job => chosen.value.has(job.id));
  const going = known.filter(job => !isEnded(job));

  async function each(did: string, of: string[],
                      act: (id: string) => Promise<unknown>): Promise<void> {
    let done = 0;
    for (const id of of) {
      try {
        await act(id);
        done++;
      } catch (error) {
        complain(error);
        if (error instanceof Failure && !error.status) break;
      }
    }
    if (done) toast(`${counted(done, "job")} ${did}`);
    onDone();
  }

  async function runAgain(id: string): Promise<void> {
    await post("/jobs", await get<Spec>(`/jobs/${id}/spec`));
  }

  async function deleteAll(): Promise<void> {
    const name = counted(ids.length, "job");
    const text = "Their traces go with them. This cannot be undone." +
      (going.length ? ` ${whole(going.length)} of them have not ended and will be canceled first.` : "");
    if (!await confirm(`Delete ${name}?`, text, `Delete ${name}`)) return;
    await each("deleted", ids, id => remove(`/jobs/${id}?force=true`));
    chosen.value = new Set();
  }

  return (
    <div class="chosen-bar" role="region" aria-label="Chosen jobs">
      <strong>{whole(ids.length)} chosen</strong>
      <Button label="Compare" icon="compare" kind="main" onClick={compareChosen} />
      <Button label="Run again" icon="again"
              onClick={() => void each("started", ids, runAgain)} />
      {going.length > 0 && (
        <Button label="Cancel" icon="canceled" onClick={() =>
          void each("asked to end", going.map(job => job.id),
                    id => post(`/jobs/${id}/cancel`, {}))} />)}
      <Button label="Delete" icon="trash" onClick={() => void deleteAll()} />
      <Button label="Choose none" icon="close" kind="ghost" bare
              onClick={() => { chosen.value = new Set(); }} />
    </div>
  );
}

/** Follow the jobs of the page that have not ended, in one stream. */
function useLive(jobs: Signal<Job[]>): void {
  const going = jobs.value.filter(job => !isEnded(job)).map(job => job.id);
  const key = going.join();

  useEffect(() => {
    if (!key) return;
    const change = (id: string, how: (job: Job) => Job): void => {
      jobs.value = jobs.value.map(job => job.id === id ? how(job) : job);
    };
    const replace = (job: Job): void =>
      change(job.id, old => ({...job, sparkline: old.sparkline}));
    async function redraw(id: string): Promise<void> {
      try {
        const {items} = await get<JobList>(
          withQuery("/jobs", {ids: id, sparkline: SPARK_POINTS}));
        for (const job of items) change(id, () => job);
      } catch (error) {
        complain(error);
      }
    }
    return followEvents(
      withQuery("/events", {jobs: key, points: 4, fields: "iteration,loss"}), {
        job: replace,
        points: trace => change(trace.job, job => {
          const {iteration, loss} = trace.columns, last = iteration.length - 1;
          const most = job.progress.max_iterations;
          return last < 0 ? job : {
            ...job,
            progress: {...job.progress, iteration: iteration[last],
                       fraction: most ? iteration[last] / most : null},
            current: {loss: loss[last],
                      gradient_norm: job.current?.gradient_norm ?? null},
          };
        }),
        end: (id, job) => {
          if (job) {
            replace(job);
            void redraw(id);
            speak(`${nameOf(job)} has ended.`);
          } else {
            jobs.value = jobs.value.filter(other => other.id !== id);
          }
        },
      });
  }, [key]);
}

const newIn = (list: JobList, rows: Job[]): number => {
  const known = new Set(rows.map(job => job.id));
  return list.items.filter(job => !known.has(job.id)).length;
};

/** Now and then ask whether there are new jobs, while somebody looks. */
function useLookAgain(path: string, jobs: Signal<Job[]>,
                      fresh: Signal<JobList | null>): void {
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const list = await get<JobList>(path);
        fresh.value = newIn(list, jobs.value) ? list : null;
        heard(list.counts);
      } catch (error) {
        if (!(error instanceof Failure)) throw error; // the next look tells
      }
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [path]);
}
