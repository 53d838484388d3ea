// job.tsx - one job: its landscape, its curves, and one slider through both.
import {computed, useSignal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {get, post, remove, withQuery} from "../api/client";
import type {Job, Spec} from "../api/types";
import {ago, moment} from "../format";
import {JobBadge, isEnded, outcomeSentence} from "../parts/badge";
import {Empty, PageHead, Trouble} from "../parts/blocks";
import {Button, Menu} from "../parts/button";
import {confirm} from "../parts/dialog";
import {CopyButton, DownloadLink, curlOf, keepPng} from "../parts/download";
import {Tabs, tabNow} from "../parts/tabs";
import type {PageProps} from "../routes";
import {go, hrefOf, setQuery} from "../state/route";
import {complain, toast} from "../state/say";
import {dark} from "../state/theme";
import {useJob, type JobData} from "./job_data";
import {JobEvents} from "./job_events";
import {JobOverview} from "./job_overview";
import {JobSpec} from "./job_spec";
import {JobRows} from "./job_rows";
import {nameOf, shortId} from "./jobs_columns";

/* A slider that moves is written into the address when it rests. */
const AT_REST_MS = 300;
const tabs = [
  {key: "", word: "Overview"}, {key: "trace", word: "Trace"},
  {key: "spec", word: "Spec"}, {key: "events", word: "Events"},
];

export function JobPage({parts: [, id]}: PageProps) {
  const wantsLandscape = useSignal(false);
  const data = useJob(id, wantsLandscape.value);
  const job = data.job.value, failure = data.source.failure.value;
  const followsEnd = useMemo(() => ({
    now: !Number.isFinite(data.at.peek()), timer: 0,
  }), []);
  const last = useMemo(() => computed(() => lastIteration(data)), []);

  // Until the user moves it, the slider stands at the end of what there is.
  useEffect(() => {
    if (followsEnd.now && last.value !== null) data.at.value = last.value;
  }, [last.value]);

  useEffect(() => () => clearTimeout(followsEnd.timer), []);

  if (data.deleted.value || failure?.status === 404) {
    return (
      <Empty whole title={job ? "This job was deleted" : "There is no such job"}>
        <Button label="All jobs" href={hrefOf("/jobs")} />
      </Empty>
    );
  }
  if (failure && !job) return <Trouble failure={failure} onAgain={data.source.reload} />;
  if (!job) return <p class="waiting">…</p>;

  function rest(value: number): void {
    const atEnd = value >= (last.peek() ?? Infinity);
    followsEnd.now = atEnd && !isEnded(data.job.peek()!);
    clearTimeout(followsEnd.timer);
    followsEnd.timer = window.setTimeout(
      () => setQuery({at: atEnd ? null : Math.round(value)}), AT_REST_MS);
  }

  const tab = tabNow(tabs);
  return (
    <>
      <PageHead title={nameOf(job)} above={<Above job={job} />} below={
        <><JobBadge job={job} />{tab !== "" && <span>{outcomeSentence(job)}</span>}</>
      }>
        <Actions job={job} spec={data.spec.data.value} />
      </PageHead>
      <Tabs tabs={tabs} label="Views of the job" />
      {tab === "" && <JobOverview data={data} onRest={rest}
                                  onLandscape={() => { wantsLandscape.value = true; }} />}
      {tab === "trace" && <JobRows job={job} at={data.at} onRest={rest} />}
      {tab === "spec" && <JobSpec data={data} />}
      {tab === "events" && <JobEvents data={data} />}
    </>
  );
}

/** The last iteration that there is a point of. */
function lastIteration({path, trace}: JobData): number | null {
  const t = path.value?.t ?? trace.value?.columns.iteration;
  return t?.length ? t[t.length - 1] : null;
}

function Above({job}: {job: Job}) {
  return (
    <>
      <a href={hrefOf("/jobs")}>Jobs</a> / <span title={job.id}>{shortId(job.id)}</span>
      {" · "}
      <time dateTime={job.created_at} title={moment(job.created_at)}>
        {ago(job.created_at)}</time>
      {job.tags.map(tag => (
        <a key={tag} class="tag" href={hrefOf("/jobs", {tag})}>{tag}</a>))}
    </>
  );
}

function Actions({job, spec}: {job: Job; spec: Spec | null}) {
  const ended = isEnded(job);

  async function cancel(): Promise<void> {
    try {
      await post(`/jobs/${job.id}/cancel`, {});
      toast("Asked to end");
    } catch (error) {
      complain(error);
    }
  }

  async function again(): Promise<void> {
    try {
      const next = await post<Job>("/jobs", await get<Spec>(`/jobs/${job.id}/spec`));
      go(`/jobs/${next.id}`, {from: job.id});
    } catch (error) {
      complain(error);
    }
  }

  async function png(): Promise<void> {
    try {
      await keepPng(withQuery(`/jobs/${job.id}/plot.svg`,
                              {theme: dark.peek() ? "dark" : "light"}), `${job.id}.png`);
    } catch (error) {
      complain(error);
    }
  }

  async function erase(): Promise<void> {
    if (!await confirm("Delete this job?",
                       "Its trace goes with it. This cannot be undone.",
                       "Delete the job")) return;
    try {
      await remove(`/jobs/${job.id}?force=true`);
      toast("Deleted");
      go("/jobs");
    } catch (error) {
      complain(error);
    }
  }

  return (
    <>
      {!ended && <Button label="Cancel" icon="canceled" disabled={!!job.requested}
                         onClick={() => void cancel()} />}
      <Button label="Copy and change" icon="copy" kind="main"
              href={hrefOf("/new", {from: job.id})} />
      <Button label="Run again" icon="again" onClick={() => void again()} />
      {spec && <CopyButton label="curl" text={() => curlOf(spec)} />}
      <Menu label="Download" icon="download">
        <DownloadLink label="Trace, CSV" name={`${job.id}.csv`}
                      path={`/jobs/${job.id}/trace.csv`} />
        <DownloadLink label="Trace, NDJSON" name={`${job.id}.ndjson`}
                      path={`/jobs/${job.id}/trace.ndjson`} />
        <DownloadLink label="Trace, JSON" name={`${job.id}.json`}
                      path={`/jobs/${job.id}/trace.json`} />
        <DownloadLink label="Picture, SVG" name={`${job.id}.svg`}
                      path={`/jobs/${job.id}/plot.svg`} />
        <button type="button" class="menu-item" onClick={() => void png()}>
          Picture, PNG</button>
        <DownloadLink label="Moving picture, SVG" name={`${job.id}-moving.svg`}
                      path={`/jobs/${job.id}/plot.svg?animate=true`} />
      </Menu>
      <Button label="Delete" icon="trash" kind="ghost" bare onClick={() => void erase()} />
    </>
  );
}
