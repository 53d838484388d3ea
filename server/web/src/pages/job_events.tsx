// job_events.tsx - what happened to a job, in its order.
import type {Trace} from "../api/types";
import {duration, moment, real, whole} from "../format";
import {outcomeSentence} from "../parts/badge";
import {Panel} from "../parts/blocks";
import type {JobData} from "./job_data";
import {iterationOf} from "./job_progress";

const FAULTS_MAX = 20;

interface Happened {
  /** An RFC 3339 time, milliseconds, or (a number of the trace) null. */
  when: string | number | null;
  iteration?: number;
  what: string;
}

function happenings({job, result, trace, came}: JobData): Happened[] {
  const {created_at, started_at, finished_at, expires_at, best} = job.value!;
  const seconds = (from: string, to: string): string =>
    duration((Date.parse(to) - Date.parse(from)) / 1000 || 5e-4);
  const all: (Happened | false | null)[] = [
    {when: created_at, what: "Submitted."},
    started_at && {when: started_at,
                   what: `A worker took it, after ${seconds(created_at, started_at)}.`} || null,
    ...came.value,
    ...faultsOf(trace.value),
    best && {when: null, iteration: best.iteration,
             what: `The best loss: ${real(best.loss, 6)}.`},
    finished_at ? {
      when: finished_at, iteration: iterationOf(job.value!),
      what: `${outcomeSentence(job.value!)} ${
        started_at ? `It took ${duration(result.data.value?.elapsed_s ?? null)}.` : ""}`,
    } : null,
    expires_at ? {when: expires_at, what: "It will be forgotten."} : null,
  ];
  return all.filter(each => !!each);
}

function faultsOf(trace: Trace | null): Happened[] {
  return (trace?.nonfinite ?? []).slice(0, FAULTS_MAX).map(fault => ({
    when: null, iteration: fault.iteration,
    what: `The ${fault.field.replaceAll("_", " ")} is ${fault.value}.`,
  }));
}

export function JobEvents({data}: {data: JobData}) {
  return (
    <Panel title="Events" flush note="times are of this browser's zone">
      <div class="table-wrap"><table class="table rows">
        <thead><tr><th scope="col">When</th><th scope="col" class="numeric">Iteration</th>
          <th scope="col" class="wide">What</th></tr></thead>
        <tbody>
          {happenings(data).map(({when, iteration, what}, k) => (
            <tr key={k}>
              <td class="nowrap">{when === null ? "in the run"
                : moment(typeof when === "number" ? new Date(when).toISOString() : when)}</td>
              <td class="numeric">{iteration === undefined ? "" : whole(iteration)}</td>
              <td class="wide">{what}</td>
            </tr>))}
        </tbody>
      </table></div>
    </Panel>
  );
}
