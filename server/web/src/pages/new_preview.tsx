// new_preview.tsx - the first steps of what would run: in the landscape, as a
// curve, in words; and the learning rate under a finger.
import {signal} from "@preact/signals";
import {useMemo} from "preact/hooks";

import type {Json, Real} from "../api/types";
import {Chart, naturalScale} from "../chart/chart";
import type {Gap, Series} from "../chart/series";
import {real, whole} from "../format";
import {Swatch} from "../chart/legend";
import {Curve} from "../landscape/curve";
import {Landscape} from "../landscape/landscape";
import type {Path} from "../landscape/trail";
import {Badge, reasonSentence, standings, type Standing} from "../parts/badge";
import {Panel, Trouble} from "../parts/blocks";
import {LogSlider, Pad, type Axis} from "../parts/dial";
import {setQuery} from "../state/route";
import {viewNow} from "./job_data";
import {check, fitAgain, grid, gridFailure, STEPS, type Preview} from "./new_check";
import {changeDraft, draft, member, memberOf, setMember, setStart,
        STARTS_MAX} from "./new_state";
import type {Optimizer} from "./new_tables";
import {optimizerNow} from "./new_form";

/** The step that is shown; beyond the last: the last. */
const at = signal(Infinity);

export function PreviewPart({optimizers}: {optimizers: Optimizer[]}) {
  const {previews, failure, prediction} = check.value;
  const dimension = prediction?.dimension ?? 0;
  const paths = useMemo(() => previews.map(pathOf), [previews]);
  const series = useMemo(() => previews.map(seriesOfPreview), [previews]);
  const rate = rateNow(optimizers);
  const stale = check.value.faults.length > 0 || draft.value.text !== null;

  return (
    <div class={`preview${stale ? " stale" : ""}`}>
      {failure && <Trouble failure={failure} />}
      {(dimension === 1 || dimension === 2) && (
        <Panel title={dimension === 1 ? "Curve" : "Landscape"} flush
               note={stale ? "of the last spec without a fault"
                 : `the first ${STEPS} steps, nothing is stored`}>
          {gridFailure.value && <Trouble failure={gridFailure.value} />}
          {dimension === 1
            ? <Curve grid={grid.value?.y ? null : grid.value} paths={paths} at={at}
                     onPick={x => addStart([x])}
                     onMoveStart={(k, x) => moveStart(k, [x])} />
            : <Landscape grid={grid.value?.y ? grid.value : null} paths={paths} at={at} view={viewNow()}
                         hint="Click: one more start. Drag a start to move it."
                         onView={see} onPick={(x, y) => addStart([x, y])}
                         onMoveStart={(k, x, y) => moveStart(k, [x, y])} />}
        </Panel>
      )}
      <Panel title="What would happen" tools={<Rate {...rate} />}>
        <ul class="outcomes">
          {previews.map((preview, k) => <Outcome key={k} k={k} preview={preview}
                                                 alone={previews.length === 1} />)}
        </ul>
        <div class="beside">
          {rate.second && <RatePad {...rate} />}
          {series.length > 0 && (
            <Chart label="Loss of the first steps" series={series} height={128} at={at}
                   scale={naturalScale(series)} />)}
        </div>
        {prediction && <p class="note">{costOf(prediction)}{dimension > 2 && " A picture of more than two is made once the job has run."}</p>}
      </Panel>
    </div>
  );
}

function see(view: readonly number[] | null): void {
  setQuery({view: view && view.map(edge => Number(edge.toPrecision(6))).join()});
  if (!view) fitAgain();
}

function costOf({dimension, trace_rows_max, trace_bytes_max}:
    NonNullable<typeof check.value.prediction>): string {
  const mib = trace_bytes_max / 2 ** 20;
  return `${whole(dimension)} ${dimension === 1 ? "variable" : "variables"}; ` +
    `at most ${whole(trace_rows_max)} rows of trace, ${mib < 1 ? "below 1 MiB" : `${real(mib, 3)} MiB`}.`;
}

// ---- starts -----------------------------------------------------------------

/** So many digits as the picture can show. */
function seen(point: number[]): Json {
  const bounds = viewNow() ?? grid.value?.bounds ?? [];
  return point.map((x, d) => {
    const span = bounds[2 * d + 1] - bounds[2 * d];
    const places = Math.ceil(2.3 - Math.log10(span || 1));
    return Number(x.toFixed(Math.min(Math.max(places, 0), 15)));
  });
}

function addStart(point: number[]): void {
  const {spec: {start}, more} = draft.value;
  const random = typeof start === "object" && start !== null && !Array.isArray(start);
  if (start === undefined || start === null || random) setStart(0, seen(point));
  else if (more.length + 1 < STARTS_MAX) setStart(more.length + 1, seen(point));
}

const moveStart = (k: number, point: number[]): void => setStart(k, seen(point));

// ---- the rate ---------------------------------------------------------------

const RATE_LOW = 1e-6, RATE_HIGH = 10;

interface Rates {
  /** null: this optimizer has none. */
  rate: number | null;
  /** What stands beside the rate on the pad, "" where nothing does. */
  second: string;
  value: number;
}

function rateNow(optimizers: Optimizer[]): Rates {
  const {parameters} = optimizerNow(optimizers);
  const valueOf = (name: string): number | null => {
    const row = parameters.find(one => one.name === name);
    const value = member(`/optimizer/${name}`)
      ?? memberOf(check.value.full ?? undefined, `/optimizer/${name}`) ?? row?.default;
    return row && typeof value === "number" ? value : null;
  };
  const rate = valueOf("learning_rate");
  const second = ["momentum", "beta1"].find(name => valueOf(name) !== null);
  return {rate, second: rate === null ? "" : second ?? "",
          value: second ? valueOf(second)! : 0};
}

const axisOf = (rate: number): Axis => ({
  name: "learning rate", value: rate, log: true,
  low: Math.min(RATE_LOW, rate || RATE_LOW), high: Math.max(RATE_HIGH, rate),
});

function Rate({rate}: Rates) {
  if (rate === null) return null;
  return (
    <div class="rate-line">
      <span>learning rate</span>
      <LogSlider {...axisOf(rate)} label="learning rate"
                 onChange={value => setMember("/optimizer/learning_rate", value)} />
      <output>{real(rate, 3)}</output>
    </div>
  );
}

const RatePad = ({rate, second, value}: Rates) => (
  <Pad x={axisOf(rate!)} y={{name: second, low: 0, high: 0.999, value}}
       onChange={(rate, value) => changeDraft({spec: {
         ...draft.value.spec,
         optimizer: {...member("/optimizer") as {[name: string]: Json},
                     learning_rate: rate, [second]: value},
       }})} />
);

// ---- words ------------------------------------------------------------------

const onItsWay = {
  falls: {icon: "running", word: "Falling", tone: "busy"},
  swings: {icon: "diverged", word: "Swinging", tone: "spent"},
  rises: {icon: "diverged", word: "Rising", tone: "bad"},
} satisfies Record<string, Standing>;

const SWINGS = 0.25; // of the steps go up

export function sentenceOf({columns, outcome, iterations, complete}: Preview):
    {standing: Standing; sentence: string} {
  const {loss} = columns, last = loss[loss.length - 1], first = loss[0];
  const way = `from ${real(first)} to ${real(last)} in ${whole(iterations)} steps`;
  if (outcome) {
    const hint = outcome.class === "diverged" && outcome.message
      ? outcome.message.replace(/^./, letter => letter.toUpperCase()) + "."
      : reasonSentence(outcome.reason);
    return {
      standing: standings[outcome.class],
      sentence: outcome.class === "diverged" ? hint : `${hint} The loss went ${way}.`,
    };
  }
  const slow = complete ? "" : " There was no time for more.";
  const ups = loss.filter((value, k) => k && value! > loss[k - 1]!).length;
  if (first === null || last === null || last > first) {
    return {standing: onItsWay.rises,
            sentence: `The loss goes ${way}: a smaller learning rate may help.${slow}`};
  }
  if (ups > SWINGS * loss.length) {
    return {standing: onItsWay.swings,
            sentence: `The loss goes up and down on its way ${way}.${slow}`};
  }
  return {standing: onItsWay.falls, sentence: `The loss falls ${way}.${slow}`};
}

function Outcome({k, preview, alone}: {k: number; preview: Preview; alone: boolean}) {
  const {standing, sentence} = sentenceOf(preview);
  return (
    <li>
      {!alone && <Swatch ink={k} />}
      <Badge standing={standing} /><span>{sentence}</span>
    </li>
  );
}

// ---- what is painted --------------------------------------------------------

function pathOf({columns}: Preview, k: number): Path {
  const x = columns["x.0"] ?? [];
  return {name: `start ${k + 1}`, ink: k, t: columns.iteration, x,
          y: columns["x.1"] ?? columns.loss, loss: columns.loss};
}

function seriesOfPreview({columns, nonfinite}: Preview, k: number): Series {
  const gaps: Gap[] = nonfinite.filter(({field}) => field === "loss")
    .map(({iteration, value}) => ({x: iteration, value}));
  return {name: `start ${k + 1}`, ink: k, x: columns.iteration,
          y: columns.loss as Real[], gaps};
}
