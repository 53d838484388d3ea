// jobs.tsx - the list of jobs: filter, sort, choose; live where jobs run.
//
// A filter, the sort and the page stand in the address. Rows that are new
// since are announced, not pushed under the pointer.
import {signal, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import {get, post, withQuery, Failure} from "../api/client";
import {followEvents} from "../api/events";
import {useResource} from "../api/resource";
import type {Job, JobList, Outcome, State} from "../api/types";
import {counted, whole} from "../format";
import {isEnded} from "../parts/badge";
import {Empty, PageHead, Trouble} from "../parts/blocks";
import {Button} from "../parts/button";
import {Icon} from "../parts/icon";
import {Table} from "../parts/table";
import {presets, type Preset} from "../presets";
import {useKeys} from "../state/keys";
import {heard} from "../state/queue";
import {go, hrefOf, hrefWith, queried, setQuery} from "../state/route";
import {complain, speak} from "../state/say";
import {withProgress} from "./job_progress";
import {ChosenBar, compare} from "./jobs_chosen";
import {jobColumns, nameOf} from "./jobs_columns";
import {FilterFields, sinceNow} from "./jobs_filters";

const PAGE_ROWS = 50;
const SPARK_POINTS = 48;
const LOOK_AGAIN_MS = 15000;
const SEARCH_REST_MS = 250;
const FILTERS = ["state", "outcome", "q", "optimizer", "objective", "tag"] as const;
/* What a chip asks for, and what it counts. */
const chips: [kind: "state" | "outcome", value: State | Outcome["class"] | "",
              word: string][] = [
  ["state", "", "All"], ["state", "queued", "Queued"],
  ["state", "running", "Running"], ["outcome", "converged", "Converged"],
  ["outcome", "budget", "Stopped"], ["outcome", "diverged", "Diverged"],
  ["state", "failed", "Failed"], ["state", "canceled", "Canceled"],
];

const chosen = signal<ReadonlySet<string>>(new Set());

function listPath(): string {
  const filter = Object.fromEntries(FILTERS.map(name => [name, queried(name)]));
  return withQuery("/jobs", {
    ...filter, created_after: sinceNow(), sort: queried("sort"), cursor: queried("cursor"),
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
  const filtered = [...FILTERS, "since"].some(name => queried(name));
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
    {key: "c", does: "Compare what is chosen", run: () => compare([...chosen.value])},
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
      <FilterFields />
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
      {chosen.value.size > 0 && (
        <ChosenBar rows={rows} chosen={chosen} path={path} more={!!next || !!queried("cursor")}
                   onDone={list.reload} />)}
    </>
  );
}

function StateChips({counts}: {counts: JobList["counts"] | undefined}) {
  const now = queried("state") || queried("outcome");
  const count = (value: State | Outcome["class"] | ""): number => value
    ? counts?.[value] ?? 0
    : chips.reduce((sum, [, each]) => sum + (each ? count(each) : 0), counts?.paused ?? 0);
  return (
    <nav class="chips" aria-label="By state">
      {chips.map(([kind, value, word]) => (
        <a key={value} class="chip" aria-current={now === value ? "true" : undefined}
           href={hrefWith({state: null, outcome: null, cursor: null, [kind]: value})}>
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
               if (event.key !== "Escape") return;
               event.preventDefault(); // which would clear it
               event.currentTarget.blur();
             }} />
      <kbd aria-hidden="true">/</kbd>
    </label>
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
        points: trace => change(trace.job, job => withProgress(job, trace)),
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
