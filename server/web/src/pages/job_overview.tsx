// job_overview.tsx - figures, landscape and curves, moved by one slider.
import type {Job, Landscape, Result} from "../api/types";
import {duration, exact, real, whole} from "../format";
import {Progress, Tiles, Trouble, type Tile} from "../parts/blocks";
import {isEnded, outcomeSentence, standingOf} from "../parts/badge";
import {Player} from "../parts/player";
import {JobBanner} from "./job_banner";
import {Curves} from "./job_curves";
import type {JobData} from "./job_data";
import {JobModel} from "./job_model";
import {iterationOf} from "./job_progress";
import {PlanePanel} from "./job_plane";
import {JobSteps} from "./job_steps";

interface OverviewProps {
  data: JobData;
  onRest(at: number): void;
  onLandscape(): void;
}

export function JobOverview({data, onRest, onLandscape}: OverviewProps) {
  const job = data.job.value!, trace = data.trace.value;
  const model = job.objective === "model" &&
    {job, spec: data.spec.data.value, result: data.result.data.value};
  const has = trace !== null && trace.columns.iteration.length > 0;
  const frames = data.path.value?.t ?? trace?.columns.iteration ?? [];

  return (
    <>
      {!isEnded(job) && job.state !== "queued" && (
        <Progress part={job.progress?.fraction ?? null} label="Progress" />)}
      <JobBanner data={data} />
      <Tiles tiles={tilesOf(job, data.result.data.value, data.landscape.data.value)} />
      <div class="stage">
        <div class="stage-side">
          {model && <JobModel {...model} side="left" />}
          <PlanePanel data={data} job={job} onWanted={onLandscape} />
          {has && <JobSteps trace={trace} at={data.at} onRest={onRest} />}
        </div>
        <div class="stage-side">
          {model && <JobModel {...model} side="right" />}
          {has && <Curves trace={trace} data={data} onRest={onRest} />}
          {data.rows.failure.value && !trace && (
            <Trouble failure={data.rows.failure.value} onAgain={data.rows.reload} />)}
        </div>
      </div>
      {frames.length > 1 && (
        <div class="stage-foot">
          <Player frames={frames} at={data.at} unit="iteration" onRest={onRest} />
        </div>
      )}
    </>
  );
}

/** How far the loss is above the least that is known to be possible. */
function aboveLeast(loss: number | null, grid: Landscape | null): string | undefined {
  const known = (grid?.minima ?? []).filter(minimum => minimum.known);
  if (loss === null || !known.length) return undefined;
  const least = Math.min(...known.map(minimum => minimum.loss));
  return `f − f* ${real(loss - least, 3)}`;
}

function tilesOf(job: Job, result: Result | null, grid: Landscape | null): Tile[] {
  const loss = result?.loss ?? job.current?.loss ?? null;
  const norm = result?.gradient_norm ?? job.current?.gradient_norm ?? null;
  const best = result?.best ?? job.best;
  const tiles: Tile[] = [
    {label: "Outcome", value: standingOf(job).word, title: outcomeSentence(job),
     more: outcomeSentence(job), wide: true},
    {label: "Loss", value: real(loss, 6), title: exact(loss),
     more: aboveLeast(loss, grid)},
    {label: "Gradient", value: real(norm), title: exact(norm)},
    {label: "Best", value: best ? real(best.loss, 6) : "–",
     title: best ? exact(best.loss) : undefined,
     more: best ? `at iteration ${whole(best.iteration)}` : undefined},
    {label: "Iterations", value: whole(iterationOf(job)),
     more: job.progress?.max_iterations
       ? `of at most ${whole(job.progress.max_iterations)}` : undefined},
  ];
  if (result && result.x?.length && result.x.length <= 3) {
    tiles.push({label: "At", wide: result.x.length > 1, value: result.x.map(x => real(x, 4)).join(", "),
                title: result.x.map(exact).join(", ")});
  }
  if (result) {
    tiles.push(
      {label: "Evaluations", value: whole(result.evaluations.loss),
       more: `${whole(result.evaluations.gradient)} gradients`},
      {label: "Time", value: duration(result.elapsed_s)});
  } else if (job.progress?.iterations_per_s) {
    tiles.push(
      {label: "Speed", value: real(job.progress.iterations_per_s, 3), more: "iterations a second"},
      {label: "Left", value: duration(job.progress.eta_s)});
  }
  return tiles;
}
