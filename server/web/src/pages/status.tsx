// status.tsx - how the server is: ready or why not, queue, workers, store.
import {useResource} from "../api/resource";
import type {Queue} from "../api/types";
import {bytes, duration, real, whole} from "../format";
import {Badge, type Standing} from "../parts/badge";
import {PageHead, Panel, Progress, Tiles, Trouble} from "../parts/blocks";
import {queue, queueFailure} from "../state/queue";
import {hrefOf} from "../state/route";
import {iterationOf} from "./job_progress";
import {nameOf} from "./jobs_columns";

const standings: Record<string, Standing> = {
  ready: {icon: "converged", word: "Ready", tone: "good"},
  not: {icon: "failed", word: "Takes no jobs", tone: "bad"},
  gone: {icon: "failed", word: "Cannot be asked", tone: "bad"},
};
const states = ["queued", "running", "paused", "completed", "failed", "canceled"] as const;
const classes = [["converged", "converged"], ["budget", "stopped by a limit"],
                 ["diverged", "diverged"]] as const;

export function StatusPage() {
  const now = queue.value, failure = queueFailure.value;
  const about = useResource<{version: string; schema: number}>("/version").data.value;
  const standing = failure ? "gone" : now?.ready === false ? "not" : "ready";
  return (
    <>
      <PageHead title="Status" below={
        <>
          {(now || failure) && <Badge standing={standings[standing]} />}
          {about && <span>descentd {about.version}, tables of version {about.schema}</span>}
        </>
      } />
      {failure && <Trouble failure={failure} />}
      {now?.problem && (
        <div class="trouble" role="alert"><div>
          <strong>{now.problem.title}</strong><p>{now.problem.detail}</p>
        </div></div>
      )}
      {now ? <Figures now={now} />
        : !failure && <p class="waiting" aria-busy="true">…</p>}
    </>
  );
}

function Figures({now}: {now: Queue}) {
  const {store, workers} = now, used = store.disk_bytes - store.disk_free_bytes;
  return (
    <>
      <Tiles tiles={[
        {label: "Workers busy", value: `${workers.busy} of ${workers.count}`},
        {label: "Jobs waiting", value: whole(now.depth)},
        {label: "Jobs in all", value: whole(states.reduce(
          (sum, state) => sum + (now.counts[state] ?? 0), 0))},
        {label: "Database", value: bytes(store.bytes),
         more: `and ${bytes(store.log_bytes)} of its log`},
        {label: "Disk", value: `${bytes(store.disk_free_bytes)} free`,
         more: <Progress part={used / store.disk_bytes}
                         label={`${bytes(used)} of ${bytes(store.disk_bytes)} used`} />},
      ]} />
      <div class="columns">
        <div class="stack"><Running now={now} /><Waiting now={now} /></div>
        <Counts now={now} />
      </div>
      <p class="note">Asked for every 15 seconds while you look. Load balancers ask{" "}
        <a href="readyz">readyz</a> and <a href="livez">livez</a>.</p>
    </>
  );
}

function Running({now: {running}}: {now: Queue}) {
  return (
    <Panel title="Running" note={running.length ? undefined : "Nothing runs now."}>
      {running.length > 0 && (
        <table class="plain-table status-table">
          <thead><tr><th scope="col">Job</th><th scope="col">Progress</th>
            <th scope="col" class="numeric">Iterations a second</th>
            <th scope="col" class="numeric">Left</th></tr></thead>
          <tbody>
            {running.map(job => (
              <tr key={job.id}>
                <th scope="row"><a class="row-link" href={hrefOf(`/jobs/${job.id}`)}>
                  {nameOf(job)}</a></th>
                <td>{whole(iterationOf(job))}
                  <Progress part={job.progress?.fraction ?? null} label="Progress" /></td>
                <td class="numeric">{real(job.progress?.iterations_per_s, 3)}</td>
                <td class="numeric">{duration(job.progress?.eta_s)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Waiting({now}: {now: Queue}) {
  const {by_priority: rows, below, depth} = now;
  return (
    <Panel title="Waiting" note={depth ? "the greatest priority runs first"
      : "Nothing waits."}>
      {depth > 0 && (
        <table class="plain-table status-table">
          <thead><tr><th scope="col">Priority</th><th scope="col">Jobs</th></tr></thead>
          <tbody>
            {rows.map(({priority, jobs}) => (
              <Bar key={priority} head={whole(priority)} jobs={jobs} depth={depth} />))}
            {below > 0 && <Bar head="less" jobs={below} depth={depth} />}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

const Bar = ({head, jobs, depth}: {head: string; jobs: number; depth: number}) => (
  <tr><th scope="row">{head}</th>
    <td>{whole(jobs)}<Progress part={jobs / depth} label="Part of the queue" /></td></tr>
);

function Counts({now: {counts}}: {now: Queue}) {
  return (
    <Panel title="Jobs by state">
      <table class="plain-table status-table">
        <tbody>
          {states.map(state => (
            <tr key={state}>
              <th scope="row"><a class="quiet" href={hrefOf("/jobs", {state})}>{state}</a></th>
              <td class="numeric">{whole(counts[state] ?? 0)}</td>
              <td class="note">{state === "completed" && classes.map(([name, said]) =>
                counts[name] ? `${whole(counts[name]!)} ${said}` : "")
                .filter(Boolean).join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
