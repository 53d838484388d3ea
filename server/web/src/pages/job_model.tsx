// job_model.tsx - what a job has learned: its epochs, what it takes for what,
// where it draws the border, and what it says to a row that one types.
import {useSignal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {Failure, isAborted, post, withQuery} from "../api/client";
import {useResource} from "../api/resource";
import type {Job, Json, Real, Result, Spec, Trace} from "../api/types";
import {Chart, naturalScale} from "../chart/chart";
import {seriesOf, type Series} from "../chart/series";
import {real, whole, words} from "../format";
import {Panel, Trouble} from "../parts/blocks";
import {Choice} from "../parts/button";
import {isEnded} from "../parts/badge";
import {queried, setQuery} from "../state/route";
import {Border} from "./job_border";

const EPOCH_ROWS_MAX = 5000;
const TYPED_MS = 200;

interface Part {
  rows: number;
  loss: Real;
  classes?: {[name: string]: {rows: number; precision: Real; recall: Real; f1: Real}};
  confusion?: number[][];
  [metric: string]: unknown;
}

/** What `result` has of a model. */
export interface Learned {
  iteration: number;
  target: string;
  classes?: (string | number)[];
  features: {column: string; word?: string; mean?: number; scale?: number}[];
}

/** One field of a row: a number, or one of some words. */
export interface Feature {
  column: string;
  words: string[];
  mean?: number;
  scale?: number;
}

export interface Predicted {
  predictions: (string | number | null)[];
  probabilities?: Real[][] | null;
}

/** The columns that a row is made of, each once. */
export function featuresOf({features}: Learned): Feature[] {
  const known = new Map<string, Feature>();
  for (const {column, word, mean, scale} of features) {
    const feature = known.get(column) ?? {column, words: [], mean, scale};
    if (word !== undefined) feature.words.push(String(word));
    known.set(column, feature);
  }
  return [...known.values()];
}

/** The parts that stand at a side of the job's page. */
export function JobModel({job, spec, result, side}: {
  job: Job; spec: Spec | null; result: Result | null; side: "left" | "right";
}) {
  const learned = result?.model as Learned | undefined;
  const metrics = result?.metrics as {training: Part | null; validation: Part | null} | undefined;
  const features = useMemo(() => learned ? featuresOf(learned) : [], [learned]);
  const flat = features.length === 2 && features.every(({words}) => !words.length);
  if (side === "left") {
    return (
      <>
        <Epochs job={job} best={learned?.iteration} />
        {metrics?.training?.confusion && learned?.classes && (
          <Confusion metrics={metrics} classes={learned.classes} target={learned.target} />)}
      </>
    );
  }
  if (!learned || !isEnded(job) || !features.length) return null;
  return (
    <>
      {flat && <Border id={job.id} learned={learned} features={features} spec={spec} />}
      <ByHand id={job.id} learned={learned} features={features} />
    </>
  );
}

// ---- epochs -----------------------------------------------------------------

const FEWEST_S = 2; // between two looks at a job that runs

function Epochs({job, best}: {job: Job; best?: number}) {
  const ended = isEnded(job);
  const rows = useResource<Trace>(job.state === "queued" ? null : withQuery(
    `/jobs/${job.id}/trace`,
    // An ended job's trace has another address than the running one's.
    {axis: "epoch", dims: 0, limit: EPOCH_ROWS_MAX, every: ended ? null : 1}));
  const trace = rows.data.value;
  const at = useSignal(Infinity);
  const then = useSignal(0);

  useEffect(() => {
    if (ended || Date.now() - then.value < 1000 * FEWEST_S) return;
    then.value = Date.now();
    rows.reload();
  }, [job.progress?.iteration, ended]);

  if (rows.failure.value) return <Panel title="Epochs"><Trouble failure={rows.failure.value} onAgain={rows.reload} /></Panel>;
  if (!trace?.columns.epoch?.length) return null;
  const row = best === undefined ? -1 : trace.columns.iteration.indexOf(best);
  const epoch = row < 0 ? null : trace.columns.epoch[row];
  const charts = ["loss", "accuracy", "rmse", "r_squared"].map(metric => {
    const training = seriesOf(trace, metric === "loss" ? "training_loss" : metric,
                              {name: "training", ink: 0, solid: true}, "epoch");
    const validation = seriesOf(trace, `validation_${metric}`,
                                {name: "validation", ink: 1, solid: true}, "epoch");
    const series = [training, validation].filter(({x}) => x.length);
    const last = series[series.length - 1];
    const mark: Series[] = !last || epoch === null ? [] : [{
      name: `best, epoch ${whole(epoch)}`, ink: 3, dots: true, x: [epoch],
      y: [last.y[last.x.indexOf(epoch)] ?? null],
    }];
    return {metric, series: last ? [...series, ...mark] : []};
  }).filter(({series}) => series.length);

  return (
    <Panel title="Epochs" note={epoch !== null ? `best at epoch ${whole(epoch)}` : undefined}>
      {charts.map(({metric, series}) => (
        <section key={metric}>
          <h3>{metric === "r_squared" ? "R²" : words(metric)}</h3>
          <Chart label={words(metric)} series={series} at={at} xLabel="epoch"
                 height={metric === "loss" ? 170 : 110}
                 scale={metric === "loss" ? naturalScale(series) : "linear"} />
        </section>
      ))}
    </Panel>
  );
}

// ---- confusion --------------------------------------------------------------

const parts = [["", "Validation"], ["training", "Training"]] as const;

function Confusion({metrics, classes, target}: {
  metrics: {training: Part | null; validation: Part | null};
  classes: (string | number)[]; target: string;
}) {
  const asked = queried("part") as "" | "training";
  const part = (asked ? metrics.training : metrics.validation) ?? metrics.training!;
  const confusion = part.confusion ?? [];
  const figures = part.classes ?? {};
  return (
    <Panel title="Confusion" note={`${whole(part.rows)} rows, accuracy ${real(part.accuracy as Real)}`}
           tools={metrics.validation && (
             <Choice label="Rows" options={parts} value={asked}
                     onChange={value => setQuery({part: value})} />)}>
      <div class="table-wrap scrolls" tabIndex={0} role="region" aria-label="Confusion">
        <table class="table confusion">
          <thead>
            <tr><th scope="col" rowSpan={2}>{target}</th>
              <th scope="colgroup" colSpan={classes.length} class="numeric">taken for</th>
              {["precision", "recall", "F1"].map(name => (
                <th key={name} scope="col" rowSpan={2} class="numeric">{name}</th>))}</tr>
            <tr>{classes.map(name => (
              <th key={name} scope="col" class="numeric">{name}</th>))}</tr>
          </thead>
          <tbody>
            {confusion.map((row, i) => {
              const all = row.reduce((sum, count) => sum + count, 0) || 1;
              const figure = figures[String(classes[i])];
              return (
                <tr key={classes[i]}><th scope="row">{classes[i]}</th>
                  {row.map((count, j) => (
                    <td key={j} class="numeric" style={{
                      background: `color-mix(in srgb, var(--${i === j ? "good" : "bad"}) ${Math.round(28 * count / all)}%, transparent)`,
                    }}>{whole(count)} <small>{Math.round(100 * count / all)} %</small></td>))}
                  {[figure?.precision, figure?.recall, figure?.f1].map((value, k) => (
                    <td key={k} class="numeric">{real(value, 3)}</td>))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

// ---- by hand ----------------------------------------------------------------

function ByHand({id, learned, features}:
    {id: string; learned: Learned; features: Feature[]}) {
  const typed = useSignal<Record<string, string>>({});
  const answer = useSignal<Predicted | null>(null);
  const failure = useSignal<Failure | null>(null);
  const row = Object.fromEntries(features.map(({column, words, mean}) => {
    const text = typed.value[column] ?? words[0] ?? real(mean ?? 0, 3).replace("−", "-");
    return [column, text];
  }));
  const body = JSON.stringify({rows: [Object.fromEntries(features.map(({column, words}) =>
    [column, words.length || !Number.isFinite(Number(row[column])) || !row[column].trim()
      ? row[column] : Number(row[column])] as [string, Json]))]});

  useEffect(() => {
    const attempt = new AbortController();
    const timer = setTimeout(async () => {
      try {
        answer.value = await post<Predicted>(`/jobs/${id}/predict`, body, {signal: attempt.signal});
        failure.value = null;
      } catch (error) {
        if (isAborted(error)) return;
        if (!(error instanceof Failure)) throw error;
        failure.value = error;
      }
    }, TYPED_MS);
    return () => {
      clearTimeout(timer);
      attempt.abort();
    };
  }, [id, body]);

  const shares = answer.value?.probabilities?.[0];
  const faultOf = (column: string): string | undefined =>
    failure.value?.faults.find(({pointer}) => pointer === `/rows/0/${column}`)?.detail;
  const others = failure.value && !failure.value.faults.length;
  return (
    <Panel title="Predict by hand">
      <div class="by-hand">
        {features.map(({column, words}) => {
          const put = (event: {currentTarget: {value: string}}): void => {
            typed.value = {...typed.value, [column]: event.currentTarget.value};
          };
          const fault = faultOf(column);
          return (
            <label class="field" key={column}>{column}
              {words.length
                ? <select value={row[column]} onChange={put}>
                    {words.map(word => <option key={word}>{word}</option>)}</select>
                : <input type="text" inputMode="decimal" value={row[column]}
                         aria-invalid={fault ? true : undefined} onInput={put} />}
              {fault && <span class="fault">{fault}</span>}
            </label>
          );
        })}
      </div>
      {others && <Trouble failure={failure.value!} />}
      {answer.value && !failure.value && (
        <div class="predicted" role="status">
          <p>{learned.target}: <strong>{said(answer.value.predictions[0])}</strong></p>
          {shares && learned.classes?.map((name, k) => (
            <div key={name}>
              <span>{name}</span>
              <meter min={0} max={1} value={shares[k] ?? 0} aria-label={`Probability of ${name}`} />
              <span>{real(shares[k], 3)}</span>
            </div>))}
        </div>
      )}
    </Panel>
  );
}

const said = (value: string | number | null): string =>
  typeof value === "number" ? real(value, 6) : value ?? "no number";
