// job_overview.tsx - figures, landscape and curves, moved by one slider.
import {useMemo} from "preact/hooks";

import type {Job, Landscape as Grid, Result, Trace} from "../api/types";
import {Chart, naturalScale} from "../chart/chart";
import {samplingNote, seriesOf, type Series} from "../chart/series";
import {duration, exact, real, whole} from "../format";
import {Curve} from "../landscape/curve";
import {Landscape} from "../landscape/landscape";
import {Panel, Progress, Tiles, Trouble, type Tile} from "../parts/blocks";
import {Button, Choice} from "../parts/button";
import {isEnded} from "../parts/badge";
import {Player} from "../parts/player";
import {useKeys} from "../state/keys";
import {queried, setQuery} from "../state/route";
import {rangeNow, viewNow, type JobData} from "./job_data";

const scales = [["", "Auto"], ["log", "Log"], ["linear", "Linear"]] as const;

interface OverviewProps {
  data: JobData;
  onRest(at: number): void;
  onLandscape(): void;
}

export function JobOverview({data, onRest, onLandscape}: OverviewProps) {
  const job = data.job.value!, trace = data.trace.value;
  const frames = data.path.value?.t ?? trace?.columns.iteration ?? [];

  return (
    <>
      {!isEnded(job) && job.state !== "queued" && (
        <Progress part={job.progress.fraction} label="Progress" />)}
      <Tiles tiles={tilesOf(job, data.result.data.value)} />
      <div class="stage">
        <LandscapePanel data={data} job={job} onWanted={onLandscape} />
        {trace && trace.columns.iteration.length > 0 &&
          <Curves trace={trace} data={data} onRest={onRest} />}
        {data.rows.failure.value && !trace && (
          <Trouble failure={data.rows.failure.value} onAgain={data.rows.reload} />)}
      </div>
      {frames.length > 1 && (
        <div class="stage-foot">
          <Player frames={frames} at={data.at} unit="iteration" onRest={onRest} />
        </div>
      )}
    </>
  );
}

function tilesOf(job: Job, result: Result | null): Tile[] {
  const loss = result?.loss ?? job.current?.loss ?? null;
  const norm = result?.gradient_norm ?? job.current?.gradient_norm ?? null;
  const best = result?.best ?? job.best;
  const tiles: Tile[] = [
    {label: "Loss", value: real(loss, 6), title: exact(loss)},
    {label: "Gradient", value: real(norm), title: exact(norm)},
    {label: "Best", value: best ? real(best.loss, 6) : "–",
     title: best ? exact(best.loss) : undefined,
     more: best ? `at iteration ${whole(best.iteration)}` : undefined},
    {label: "Iterations", value: whole(job.progress.iteration),
     more: job.progress.max_iterations
       ? `of at most ${whole(job.progress.max_iterations)}` : undefined},
  ];
  if (result && result.x?.length && result.x.length <= 3) {
    tiles.push({label: "At", value: result.x.map(x => real(x, 5)).join(", "),
                title: result.x.map(exact).join(", ")});
  }
  if (result) {
    tiles.push(
      {label: "Evaluations", value: whole(result.evaluations.loss),
       more: `${whole(result.evaluations.gradient)} gradients`},
      {label: "Time", value: duration(result.elapsed_s)});
  } else if (job.progress.iterations_per_s) {
    tiles.push(
      {label: "Speed", value: real(job.progress.iterations_per_s, 3), more: "iterations a second"},
      {label: "Left", value: duration(job.progress.eta_s)});
  }
  return tiles;
}

function LandscapePanel({data, job, onWanted}:
    {data: JobData; job: Job; onWanted(): void}) {
  const grid = data.landscape.data.value, failure = data.landscape.failure.value;
  const path = data.path.value;
  const paths = useMemo(() => path ? [path] : [], [path]);

  if (failure && !grid) {
    return <Panel title="Landscape"><Trouble failure={failure} onAgain={data.landscape.reload} /></Panel>;
  }
  if (!grid && !data.landscape.loading.value && job.state !== "queued") {
    return (
      <Panel title="Landscape">
        <p class="note">Of {whole(job.dimension)} variables a plane can be shown,
          along which the path moves most. It takes a pass over the data for
          each point.</p>
        <Button label="Work it out" onClick={onWanted} />
      </Panel>
    );
  }
  return (
    <Panel title={job.dimension === 1 ? "Curve" : "Landscape"} flush
           note={grid && (job.dimension > 2 ? grid.plane.sentence
             : !viewNow() && outsideNote(grid))}>
      {job.dimension === 1
        ? <Curve grid={grid} paths={paths} at={data.at} />
        : <Landscape grid={grid} paths={paths} at={data.at} view={viewNow()}
                     loading={data.landscape.loading.value}
                     onView={view => setQuery({
                       view: view && view.map(edge => edge.toPrecision(7)).map(Number).join(),
                     })} />}
    </Panel>
  );
}

function outsideNote(grid: Grid | null): string | undefined {
  const outside = grid?.path?.outside;
  return outside ? `${whole(outside)} points lie outside` : undefined;
}

function Curves({trace, data, onRest}: {
  trace: Trace; data: JobData; onRest(at: number): void;
}) {
  const all = useMemo(() => curvesOf(trace), [trace]);
  const scale = queried("scale") as "" | "log" | "linear";
  const x = queried("x", "linear") as "log" | "linear";
  const range = rangeNow();

  useKeys([{
    key: "l", does: "Log or linear",
    run: () => {
      const now = scale || naturalScale(all[0].series);
      setQuery({scale: now === "log" ? "linear" : "log"});
    },
  }]);

  return (
    <Panel title="Curves" note={samplingNote(trace)} tools={
      <>
        <Choice label="Scale of the values" options={scales} value={scale}
                onChange={value => setQuery({scale: value})} />
        <Choice label="Scale of the iterations" value={x}
                options={[["linear", "x"], ["log", "log x"]] as const}
                onChange={value => setQuery({x: value === "linear" ? null : value})} />
      </>
    }>
      {all.map(({label, series}) => (
        <Chart key={label} label={label} series={series} at={data.at}
               scale={scaleOf(series, scale)} xScale={x}
               height={label === "Loss" ? 190 : 104} onAt={onRest} range={range}
               onRange={next => setQuery({
                 range: next && next.map(end => Math.round(end)).join("..")}, true)} />
      ))}
    </Panel>
  );
}

/** As asked, but a log axis only for what is above zero somewhere. */
function scaleOf(series: Series[], asked: string): "log" | "linear" {
  if (!asked) return naturalScale(series);
  return asked === "log" &&
    series.some(({y}) => y.some(value => value !== null && value > 0))
    ? "log" : "linear";
}

function curvesOf(trace: Trace): {label: string; series: Series[]}[] {
  const rows = [
    {label: "Loss", field: "loss", ink: 0},
    {label: "Gradient norm", field: "gradient_norm", ink: 1},
    {label: "Step length", field: "step_norm", ink: 6, later: true},
    {label: "Learning rate", field: "learning_rate", ink: 7, later: true},
  ];
  return rows.map(({label, field, ink, later}) => {
    const all = seriesOf(trace, field, {name: label.toLowerCase(), ink, solid: true});
    return {label, series: [later ? withoutStart(all) : all]};
  }).filter(({label, series: [one]}) => label === "Loss" || varies(one));
}

/** No step leads to iteration 0. */
function withoutStart(series: Series): Series {
  return {...series, y: series.y.map((value, k) => series.x[k] ? value : null)};
}

/** A rate that never changes needs no curve. */
function varies({y}: Series): boolean {
  const known = y.filter(value => value !== null);
  return known.some(value => value !== known[0]);
}
