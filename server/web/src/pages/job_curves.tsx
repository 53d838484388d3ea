// job_curves.tsx - the trace as curves: over which axis, how smooth, how far.
import {useMemo} from "preact/hooks";

import type {Job, Trace} from "../api/types";
import {Chart, naturalScale, type Along} from "../chart/chart";
import type {Limits} from "../chart/paint";
import {samplingNote, seriesOf, type Series} from "../chart/series";
import {smoothed} from "../chart/smooth";
import {between, frameNearest} from "../frames";
import {Panel} from "../parts/blocks";
import {Choice} from "../parts/button";
import {useKeys} from "../state/keys";
import {queried, setQuery} from "../state/route";
import {rangeNow, type JobData} from "./job_data";

const scales = [["", "Auto"], ["log", "Log"], ["linear", "Linear"]] as const;
const SMOOTH_MAX = 0.99;

interface Axis {
  /** Its word in the address, and what the chart says. */
  key: string;
  word: string;
  /** Of each row its place; null: this run has no such axis. */
  places(trace: Trace, job: Job): number[] | null;
}

const axes: Axis[] = [
  {key: "", word: "iteration", places: trace => trace.columns.iteration},
  {key: "evaluations", word: "evaluations",
   places: ({columns}) => filled(columns.evaluations)},
  {key: "epoch", word: "epoch", places: ({columns}, {progress}) =>
    progress?.epoch && progress.iteration
      ? columns.iteration.map(k => k * progress.epoch! / progress.iteration) : null},
  {key: "seconds", word: "seconds", places: ({columns}) => filled(columns.time_s)},
];

/** A column without holes, which rises at its end; else null. */
function filled(column: (number | null)[] | undefined): number[] | null {
  return column?.length && column.every(value => value !== null) &&
    column[column.length - 1]! > column[0]! ? column as number[] : null;
}

export function Curves({trace, data, onRest}: {
  trace: Trace; data: JobData; onRest(at: number): void;
}) {
  const job = data.job.value!;
  const offered = axes.map(axis => ({...axis, at: axis.places(trace, job)}))
    .filter(({at}) => at !== null);
  const axis = offered.find(({key}) => key === queried("axis")) ?? offered[0];
  const weight = Math.min(Math.max(Number(queried("smooth", "0")) || 0, 0), SMOOTH_MAX);
  const all = useMemo(() => curvesOf(trace, axis.at!, weight),
                      [trace, axis.key, weight]);
  const along = useMemo(() => axis.key ? alongOf(trace, axis.at!) : undefined,
                        [trace, axis.key]);
  const scale = queried("scale") as "" | "log" | "linear";
  const x = queried("x", "linear") as "log" | "linear";
  const range = rangeNow();
  const seen = range && along
    ? range.map(along.xOf) as [number, number] : range;

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
        <select aria-label="Along" value={axis.key}
                onChange={event => setQuery({axis: event.currentTarget.value})}>
          {offered.map(({key, word}) => <option key={key} value={key}>{word}</option>)}
        </select>
        <Choice label="Scale along" value={x}
                options={[["linear", "x"], ["log", "log x"]] as const}
                onChange={value => setQuery({x: value === "linear" ? null : value})} />
        <label class="smooth">Smooth
          <input type="range" min={0} max={SMOOTH_MAX} step={0.01} value={weight}
                 aria-valuetext={String(weight)}
                 onInput={event => setQuery({smooth: event.currentTarget.valueAsNumber || null})} />
          <output>{weight.toFixed(2)}</output>
        </label>
      </>
    }>
      {all.map(({label, field, series, linear}) => (
        <Chart key={label} label={label} series={series} at={data.at} along={along}
               xLabel={axis.word} scale={linear ? "linear" : scaleOf(series, scale)}
               xScale={x === "log" && axis.key === "seconds" ? "decades" : x}
               height={label === "Loss" ? 190 : linear ? 150 : 104} onAt={onRest} range={seen}
               limits={limitsNow(field)} file={`${job.id}-${field}`}
               onLimits={limits => setQuery({[`y.${field}`]: limitsText(limits)})}
               onRange={next => setQuery({range: next && (along ? next.map(along.atOf) : next)
                 .map(end => Math.round(end)).join("..")}, true)} />
      ))}
    </Panel>
  );
}

/** "lo..hi" in the address; either end may be left out. */
function limitsNow(field: string): Limits | undefined {
  const text = queried(`y.${field}`);
  const end = (word: string | undefined): number | null =>
    word && Number.isFinite(Number(word)) ? Number(word) : null;
  const [from, to] = text.split("..");
  return text ? [end(from), end(to)] : undefined;
}

const limitsText = (limits: Limits): string | null =>
  limits.every(end => end === null) ? null : limits.map(end => end ?? "").join("..");

function alongOf({columns: {iteration}}: Trace, places: number[]): Along {
  return {
    xOf: at => between(iteration, places, at),
    atOf: x => iteration[frameNearest(places, x)],
  };
}

/** As asked, but a log axis only for what is above zero somewhere. */
function scaleOf(series: Series[], asked: string): "log" | "linear" {
  if (!asked) return naturalScale(series);
  return asked === "log" &&
    series.some(({y}) => y.some(value => value !== null && value > 0))
    ? "log" : "linear";
}

interface CurveOf {
  label: string;
  field: string;
  series: Series[];
  linear?: boolean;
}

const rows = [
  {label: "Loss", field: "loss", ink: 0},
  {label: "Gradient norm", field: "gradient_norm", ink: 1},
  {label: "Step length", field: "step_norm", ink: 6, later: true},
  {label: "Learning rate", field: "learning_rate", ink: 7, later: true},
];

function curvesOf(trace: Trace, places: number[], weight: number): CurveOf[] {
  const on = {...trace, columns: {...trace.columns, place: places}} as Trace;
  const scalars = rows.map(({label, field, ink, later}): CurveOf => {
    const all = seriesOf(on, field, {name: label.toLowerCase(), ink, solid: true}, "place");
    return {label, field, series: smooth(later ? withoutStart(all, trace) : all, weight)};
  }).filter(({label, series}) => label === "Loss" || varies(series[series.length - 1]));
  const coordinates = coordinatesOf(on);
  return coordinates.length > 2 ? [...scalars, {
    label: "Coordinates", field: "x", series: coordinates, linear: true,
  }] : scalars;
}

/** Of many variables the first, each a line. */
function coordinatesOf(trace: Trace): Series[] {
  return Object.keys(trace.columns).filter(name => /^x\.\d+$/.test(name))
    .map((name, ink) => seriesOf(trace, name, {
      ink, name: trace.variables?.[Number(name.slice(2))] ?? name,
    }, "place"));
}

/** With the raw line kept behind the smooth one, pale. */
function smooth(raw: Series, weight: number): Series[] {
  if (!weight) return [raw];
  return [{...raw, name: `${raw.name}, smoothed`, gaps: undefined,
           y: smoothed(raw.x, raw.y, weight)},
          {...raw, pale: true}];
}

/** No step leads to iteration 0. */
function withoutStart(series: Series, {columns: {iteration}}: Trace): Series {
  return iteration[0] === 0
    ? {...series, y: series.y.map((value, k) => k ? value : null)} : series;
}

/** A rate that never changes needs no curve. */
function varies({y}: Series): boolean {
  const known = y.filter(value => value !== null);
  return known.some(value => value !== known[0]);
}
