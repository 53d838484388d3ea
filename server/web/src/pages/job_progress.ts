// job_progress.ts - a job with the rows that the stream has added since.
import type {Job, Trace} from "../api/types";

/** It stands where the last row is. The first row may come before the state
 *  that says that it runs: then nothing is known yet of how far it will go. */
export function withProgress(job: Job, {columns}: Trace): Job {
  const last = columns.iteration.length - 1;
  if (last < 0) return job;
  const iteration = columns.iteration[last];
  const known = job.progress ?? {
    iteration, max_iterations: null, fraction: null, epoch: null,
    iterations_per_s: null, eta_s: null,
  };
  const most = known.max_iterations;
  return {
    ...job,
    progress: {...known, iteration, fraction: most ? iteration / most : known.fraction},
    current: {loss: columns.loss?.[last] ?? null,
              gradient_norm: (columns.gradient_norm ?? [])[last] ??
                job.current?.gradient_norm ?? null},
  };
}

/** What stands in the list and the tiles: none was made before it runs. */
export const iterationOf = (job: Job): number => job.progress?.iteration ?? 0;
