// jobs_columns.tsx - what a row of the list of jobs says.
import type {Job} from "../api/types";
import {ago, duration, moment, real, whole, words} from "../format";
import {JobBadge, isEnded, outcomeSentence} from "../parts/badge";
import {Progress} from "../parts/blocks";
import {Spark} from "../parts/spark";
import type {Column} from "../parts/table";
import {hrefOf, hrefWith} from "../state/route";
import {iterationOf} from "./job_progress";

/** Its name, or what it does. */
export const nameOf = (job: Job): string =>
  job.name || `${words(job.optimizer)} on ${words(job.objective)}`;

/** The end of an id tells it apart; its beginning is the time. */
export const shortId = (id: string): string => "…" + id.slice(-6);

function computed(job: Job): number | null {
  if (!job.started_at) return null;
  const end = job.finished_at ? Date.parse(job.finished_at) : Date.now();
  return (end - Date.parse(job.started_at)) / 1000;
}

function Iterations({job}: {job: Job}) {
  if (isEnded(job) || !job.progress) return <>{whole(iterationOf(job))}</>;
  const {iteration, max_iterations, fraction, eta_s} = job.progress;
  const all = max_iterations ? ` of ${whole(max_iterations)}` : "";
  return (
    <div class="going">
      <span>{whole(iteration)}<small>{all}</small></span>
      <Progress part={fraction} label={`iteration ${iteration}${all}`} />
      {eta_s !== null && <small>{duration(eta_s)} left</small>}
    </div>
  );
}

export const jobColumns: Column<Job>[] = [
  {key: "state", head: "State", cell: job => (
    <span title={outcomeSentence(job)}><JobBadge job={job} /></span>)},
  {key: "name", head: "Job", sort: "name", cell: job => (
    <>
      <a class="row-link" href={hrefOf(`/jobs/${job.id}`)}>{nameOf(job)}</a>
      <small class="id" title={job.id}>{shortId(job.id)}</small>
      {job.tags.map(tag => (
        <a key={tag} class="tag" href={hrefWith({tag, cursor: null})}>{tag}</a>))}
    </>)},
  {key: "objective", head: "Problem", cell: job => (
    <>
      <a class="quiet" href={hrefWith({objective: job.objective, cursor: null})}>
        {words(job.objective)}</a>
      <small> ℝ<sup>{whole(job.dimension)}</sup></small>
    </>)},
  {key: "optimizer", head: "Optimizer", cell: job => (
    <a class="quiet" href={hrefWith({optimizer: job.optimizer, cursor: null})}>
      {words(job.optimizer)}</a>)},
  {key: "iterations", head: "Iterations", numeric: true, sort: "iterations",
   downFirst: true, cell: job => <Iterations job={job} />},
  {key: "spark", head: "Course", cell: job =>
    job.sparkline ? <Spark values={job.sparkline.loss} /> : null},
  {key: "loss", head: "Loss", numeric: true, sort: "loss", cell: job => (
    <span title={String(job.current?.loss ?? "")}>{real(job.current?.loss)}</span>)},
  {key: "time", head: "Time", numeric: true, cell: job => {
    const seconds = computed(job); // of moments in milliseconds
    return seconds === 0 ? "< 1 ms" : duration(seconds);
  }},
  {key: "created", head: "Submitted", numeric: true, sort: "created_at",
   downFirst: true, cell: job => (
    <time dateTime={job.created_at} title={moment(job.created_at)}>
      {ago(job.created_at)}</time>)},
];
