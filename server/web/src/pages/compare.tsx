// compare.tsx - several jobs side by side: one map, one chart, one player.
import {computed, signal, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import type {Landscape as Grid} from "../api/types";
import {Chart, naturalScale} from "../chart/chart";
import {Swatch} from "../chart/legend";
import {samplingNote, seriesOf, type Series} from "../chart/series";
import {counted, duration, whole, words} from "../format";
import {Curve} from "../landscape/curve";
import {Landscape} from "../landscape/landscape";
import type {Path} from "../landscape/trail";
import {Empty, PageHead, Panel, Trouble} from "../parts/blocks";
import {Choice} from "../parts/button";
import {Icon} from "../parts/icon";
import {Player} from "../parts/player";
import {useKeys} from "../state/keys";
import {queried, setQuery} from "../state/route";
import {viewNow} from "./job_data";
import {addJob, idsNow, useCompare, useMarks, type CompareData} from "./compare_data";
import {PickJob} from "./compare_pick";
import {courseOf, framesOf, paces, placesOf, usualTarget, verdictOf, type Axis,
        type Runner} from "./compare_race";
import {PlacesPanel, SettingsPanel} from "./compare_tables";

const AT_REST_MS = 300;
const RATIO_LOG = 8; // longest to shortest run, from which on the axis is log
const scales = [["", "Auto"], ["log", "Log"], ["linear", "Linear"]] as const;
const paceChoices = [["", "Iterations"], ["evaluation", "Evaluations"],
                     ["second", "Seconds"]] as const;

function axisOf(runners: Runner[]): Axis {
  const pace = paces[queried("pace")] ?? paces[""];
  if (pace.column !== "time_s") {
    const label = pace.column === "iteration" ? "iteration" : "evaluations";
    return {pace, label, factor: 1, format: whole};
  }
  const last = Math.max(0, ...runners.map(one => one.trace?.columns.time_s?.at(-1) ?? 0));
  const [label, factor] = last > 10 ? ["seconds", 1] as const
    : last > 1e-2 ? ["milliseconds", 1e3] as const : ["microseconds", 1e6] as const;
  return {pace, label, factor, format: value => duration(value / factor)};
}

const along = ({trace}: Runner, {pace, factor}: Axis): number[] => {
  const column = (trace?.columns[pace.column] ?? []) as number[];
  return factor === 1 ? column : column.map(value => value * factor);
};

export function ComparePage() {
  const data = useCompare(), {runners} = data;
  const search = useRef<HTMLInputElement>(null);
  const lit = useSignal<string | null>(null);
  const axis = axisOf(runners);
  const courses = runners.map(courseOf).filter(course => course !== null);
  const asked = Number(queried("target") || NaN);
  const target = !data.same ? null
    : Number.isFinite(asked) ? asked : usualTarget(courses);
  const marks = useMarks(runners, target);
  const places = placesOf(runners, target, marks, axis.pace);
  const at = useMemo(() => signal(Number(queried("at") || Infinity)), []);

  useKeys([
    {key: "/", does: "Add a job", run: () => search.current?.focus()},
    {key: "m", does: "One map, or a map for each",
     run: () => setQuery({each: queried("each") ? null : 1})},
  ]);

  const failure = data.list.failure.value ?? data.rows.failure.value;
  const ids = idsNow().filter(Boolean);
  if (!ids.length) {
    return (
      <>
        <PageHead title="Compare" />
        <Empty title="Which jobs?">
          <p>Add two or more: their runs race on one map, at one pace.</p>
          <PickJob input={search} taken={ids} onPick={addJob} open />
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead title="Compare" below={<span>{counted(ids.length, "job")}</span>}>
        <PickJob input={search} taken={ids} onPick={addJob} />
      </PageHead>
      {failure && <Trouble failure={failure} onAgain={data.list.reload} />}
      {data.missing.length > 0 && (
        <p class="note">{counted(data.missing.length, "job")} of this address
          {data.missing.length === 1 ? " is" : " are"} not there any more.</p>
      )}
      {!runners.length && !failure && data.list.data.value?.items.length !== 0 &&
        <p class="waiting" aria-busy="true">…</p>}
      {runners.length > 0 && (
        <>
          <Verdict data={data} text={target !== null && places.some(place => place.least !== null)
            ? verdictOf(places, target, axis.pace, data.going) : null} />
          <Race data={data} axis={axis} at={at} lit={lit} />
          <PlacesPanel places={places} at={at} axis={axis} target={target}
                       usual={!Number.isFinite(asked)} lit={lit} />
          <SettingsPanel runners={runners} />
        </>
      )}
    </>
  );
}

function Verdict({data, text}: {data: CompareData; text: string | null}) {
  const said = text ?? (data.runners.length < 2 ? "Add a second job to compare this one with."
    : data.same ? "Nothing is recorded yet."
    : "They minimise different objectives: their curves are shown, and no ranks.");
  return (
    <p class="verdict" role="status">
      <Icon name={text ? "budget" : "compare"} /><span>{said}</span>
    </p>
  );
}

/** Map, chart and player. */
function Race({data, axis, at, lit}: {
  data: CompareData; axis: Axis; at: Signal<number>; lit: Signal<string | null>;
}) {
  const {runners, flat} = data;
  const timer = useRef(0);
  const shown = runners.filter(({trace}) => trace);
  const ends = shown.map(one => along(one, axis).at(-1) ?? 0);
  const last = Math.max(0, ...ends);
  const natural = last > RATIO_LOG * Math.min(...ends) ? "log" : "linear";
  const xScale = (queried("x") || natural) as "log" | "linear";
  const first = axis.pace.column === "evaluations" ? 1 : 0;
  const frames = useMemo(() => framesOf(first, last, axis.factor === 1, xScale === "log"),
                         [first, last, axis.factor, xScale]);
  const follows = useRef(!Number.isFinite(at.peek()));
  const litPlace = computed(() => shown.findIndex(({job}) => job.id === lit.value));
  const place = litPlace.value < 0 ? null : litPlace.value;
  const light = (k: number | null): void => {
    lit.value = k === null ? null : shown[k].job.id;
  };

  useEffect(() => {
    if (follows.current && last > 0) at.value = last;
  }, [last, axis.pace]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function rest(value: number): void {
    const atEnd = value >= last;
    follows.current = atEnd;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () => setQuery({at: atEnd ? null : Number(value.toPrecision(7))}), AT_REST_MS);
  }

  return (
    <>
      <div class={flat ? "stage race" : undefined}>
        {flat > 0 && <MapPanel data={data} shown={shown} axis={axis} at={at} lit={place} />}
        <CurvesPanel data={data} shown={shown} axis={axis} at={at} xScale={xScale}
                     lit={place} onLit={light} onRest={rest} />
      </div>
      {last > first && (
        <div class="stage-foot race-foot">
          <Player key={axis.label} frames={frames} at={at} unit={axis.pace.unit}
                  format={axis.format} onRest={rest} />
          <Choice label="Pace" options={paceChoices}
                  value={queried("pace") as "" | "evaluation" | "second"}
                  onChange={pace => {
                    follows.current = true;
                    setQuery({pace, at: null});
                  }} />
        </div>
      )}
    </>
  );
}

function MapPanel({data, shown, axis, at, lit}: {
  data: CompareData; shown: Runner[]; axis: Axis; at: Signal<number>; lit: number | null;
}) {
  const grid = data.landscape.data.value, failure = data.landscape.failure.value;
  const paths = useMemo(() => shown.map(one => pathOf(one, axis, data.flat)),
                        [...shown.map(({trace}) => trace), axis.label, shown.length]);
  const each = queried("each") !== "";
  const onView = (view: readonly number[] | null): void => setQuery({
    view: view && view.map(edge => Number(edge.toPrecision(7))).join(),
  });
  return (
    <Panel title={data.flat === 1 ? "Curve" : "Landscape"} flush tools={shown.length > 1 && (
      <Choice label="Maps" value={each ? "1" : ""}
              options={[["", "One map"], ["1", "One each"]] as const}
              onChange={value => setQuery({each: value})} />
    )}>
      {failure && !grid && <Trouble failure={failure} onAgain={data.landscape.reload} />}
      {each
        ? <div class="maps">{paths.map((path, k) => (
            <section key={path.ink}>
              <h3><Swatch ink={path.ink} />{shown[k].name}</h3>
              <Plot flat={data.flat} grid={grid} paths={[path]} at={at} lit={null}
                    loading={data.landscape.loading.value} />
            </section>))}
          </div>
        : <Plot flat={data.flat} grid={grid} paths={paths} at={at} lit={lit}
                loading={data.landscape.loading.value} onView={onView} />}
    </Panel>
  );
}

function Plot({flat, grid, paths, at, lit, loading, onView}: {
  flat: number; grid: Grid | null; paths: Path[]; at: Signal<number>;
  lit: number | null; loading: boolean;
  onView?(view: readonly number[] | null): void;
}) {
  return flat === 1
    ? <Curve grid={grid} paths={paths} at={at} lit={lit} />
    : <Landscape grid={grid} paths={paths} at={at} lit={lit} loading={loading}
                 view={viewNow()} onView={onView} />;
}

function pathOf(runner: Runner, axis: Axis, flat: number): Path {
  const {columns} = runner.trace!;
  const {loss} = columns, x = columns["x.0"] ?? [];
  return {name: runner.name, ink: runner.ink, t: along(runner, axis), x,
          y: flat > 1 ? columns["x.1"] ?? [] : loss, loss};
}

function CurvesPanel({data, shown, axis, at, xScale, lit, onLit, onRest}: {
  data: CompareData; shown: Runner[]; axis: Axis; at: Signal<number>;
  xScale: "log" | "linear"; lit: number | null;
  onLit(place: number | null): void; onRest(at: number): void;
}) {
  const traces = shown.map(({trace}) => trace!);
  const losses = useMemo(() => shown.map(one => lossSeries(one, axis)),
                         [...traces, axis.label, shown.length, shown.map(s => s.name).join()]);
  const epochs = shown.filter(one => one.epochs);
  const scale = queried("scale") as "" | "log" | "linear";
  const seen = scale || naturalScale(losses);

  useKeys([{
    key: "l", does: "Log or linear",
    run: () => setQuery({scale: seen === "log" ? "linear" : "log"}),
  }]);

  const field = epochs[0] && courseOf(epochs[0])!.field;
  return (
    <Panel title="Loss" note={traces.length === 1 ? samplingNote(traces[0])
      : traces.some(trace => !trace.sampling.exact) ? "thinned, extremes kept" : undefined}
      tools={
        <>
          <Choice label="Scale of the values" options={scales} value={scale}
                  onChange={value => setQuery({scale: value})} />
          <Choice label={`Scale of the ${axis.label}`} value={xScale}
                  options={[["linear", "x"], ["log", "log x"]] as const}
                  onChange={x => setQuery({x})} />
        </>
      }>
      {epochs.length > 0 && (
        <Chart label={words(field)} xLabel="epoch" height={220}
               series={epochs.map(one => ({
                 ...seriesOf(one.epochs!, field, {}, "epoch"),
                 name: one.name, ink: one.ink, dots: one.epochs!.columns.iteration.length < 40}))}
               scale={scale || "linear"} lit={lit} onLit={onLit} />
      )}
      {epochs.length > 0 && <h3>Loss of the batches, by {axis.label}</h3>}
      <Chart label="Loss" series={losses} at={at} onAt={onRest} xLabel={axis.label}
             xScale={xScale} scale={seen} lit={lit} onLit={onLit}
             height={data.flat ? 340 : epochs.length ? 180 : 320} />
    </Panel>
  );
}

function lossSeries(runner: Runner, axis: Axis): Series {
  const series = seriesOf(runner.trace!, "loss", {name: runner.name, ink: runner.ink},
                          axis.pace.column);
  const scaled = (x: number): number => x * axis.factor;
  return axis.factor === 1 ? {...series, name: runner.name}
    : {...series, name: runner.name, x: series.x.map(scaled),
       gaps: series.gaps?.map(gap => ({...gap, x: scaled(gap.x)}))};
}

