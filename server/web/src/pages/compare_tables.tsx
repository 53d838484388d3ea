// compare_tables.tsx - the runs by rank, and what their specs differ in.
import type {Signal} from "@preact/signals";

import {withQuery} from "../api/client";
import {useResource} from "../api/resource";
import type {Json, Trace} from "../api/types";
import {Swatch} from "../chart/legend";
import {exact, real, whole, duration} from "../format";
import {JobBadge} from "../parts/badge";
import {Panel} from "../parts/blocks";
import {Button, Choice} from "../parts/button";
import {Icon} from "../parts/icon";
import {hrefOf, queried, setQuery} from "../state/route";
import {toast} from "../state/say";
import {dropJob} from "./compare_data";
import {courseOf, lossAt, settingsTable, type Axis, type Place, type Runner}
  from "./compare_race";

export function PlacesPanel({places, at, axis, target, usual, lit}: {
  places: Place[]; at: Signal<number>; axis: Axis; target: number | null;
  /** Nobody asked for this target. */
  usual: boolean; lit: Signal<string | null>;
}) {
  const ranked = target !== null;
  const rows = useRowsAt(places, axis);
  const first = places[0] && courseOf(places[0].runner);
  const judged = first?.field === "validation_loss" ? "Validation loss" : "Loss";
  return (
    <Panel title="Places" flush tools={ranked && (
      <label class="field inline">Target loss
        <input type="text" inputMode="decimal" key={target} size={12}
               defaultValue={String(target)} aria-describedby="target-note"
               onChange={event => setTarget(event.currentTarget)} />
        {usual ? <span class="note" id="target-note">99.9 % of the way</span>
          : <Button label="Usual target" icon="again" kind="ghost" bare
                    onClick={() => setQuery({target: null})} />}
      </label>
    )}>
      <div class="table-wrap">
        <table class="table">
          <caption class="unseen">The runs by their places</caption>
          <thead><tr>
            {ranked && <th scope="col">Place</th>}
            <th scope="col">Job</th>
            <th scope="col" class="numeric">Loss at <At at={at} axis={axis} /></th>
            {ranked && <th scope="col" class="numeric">Iterations to target</th>}
            {ranked && <th scope="col" class="numeric">Evaluations</th>}
            {ranked && <th scope="col" class="numeric">Time</th>}
            <th scope="col" class="numeric">{judged}, last</th>
            <th scope="col" class="numeric">Least</th>
            <th scope="col"><span class="unseen">Take away</span></th>
          </tr></thead>
          <tbody>
            {places.map(place => <Row key={place.runner.job.id} place={place} at={at}
                                      axis={axis} ranked={ranked} lit={lit}
                                      exactAt={rows?.find(({job}) =>
                                        job === place.runner.job.id)} />)}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Where the slider rests, of thinned traces: the rows themselves. */
function useRowsAt(places: Place[], axis: Axis): Trace[] | undefined {
  const at = Math.floor(Number(queried("at", "NaN")));
  const thinned = places.filter(({runner: {trace}}) => trace && !trace.sampling.exact)
    .map(({runner}) => runner.job.id).sort();
  return useResource<{items: Trace[]}>(
    !thinned.length || Number.isNaN(at) || axis.pace.column !== "iteration" ? null
      : withQuery("/traces", {jobs: thinned.join(), fields: "iteration,loss", from: at,
                              to: at + 1})).data.value?.items;
}

function setTarget(input: HTMLInputElement): void {
  const text = input.value.trim().replace("−", "-").replace(",", ".");
  if (text === "" || Number.isFinite(Number(text))) setQuery({target: text || null}, true);
  else toast(`${text} is no number`, "alarm");
}

const At = ({at, axis}: {at: Signal<number>; axis: Axis}) => (
  <>{axis.factor === 1 ? `${axis.pace.unit} ` : ""}
    {Number.isFinite(at.value) ? axis.format(at.value) : "the end"}</>
);

function Row({place, at, axis, ranked, lit, exactAt}: {
  place: Place; at: Signal<number>; axis: Axis; ranked: boolean;
  exactAt: Trace | undefined;
  lit: Signal<string | null>;
}) {
  const {runner, reached, about, rank} = place, {job, name, ink} = runner;
  const near = about ? "≈ " : "";
  const set = (id: string | null) => () => { lit.value = id; };
  return (
    <tr class={rank === 1 ? "chosen" : undefined}
        onPointerEnter={set(job.id)} onPointerLeave={set(null)}
        onFocusIn={set(job.id)} onFocusOut={set(null)}>
      {ranked && (
        <td>{rank === 1 ? <span class="badge tone-good"><Icon name="budget" />1, winner</span>
          : rank ?? "–"}</td>)}
      <td>
        <span class="run"><Swatch ink={ink} />
          <a class="row-link" href={hrefOf(`/jobs/${job.id}`)}>{name}</a>
          <JobBadge job={job} /></span>
      </td>
      <td class="numeric"><LossAt runner={runner} at={at} axis={axis} exact={exactAt} /></td>
      {ranked && (reached
        ? <>
            <td class="numeric">{near}{whole(reached.iteration)}</td>
            <td class="numeric">{near}{whole(reached.evaluations)}</td>
            <td class="numeric">{near}{duration(reached.time_s)}</td>
          </>
        : <td class="numeric note" colSpan={3}>not reached</td>)}
      <td class="numeric" title={exact(place.final)}>{real(place.final, 6)}</td>
      <td class="numeric" title={exact(place.least)}>{real(place.least, 6)}</td>
      <td class="numeric">
        <Button label={`Take ${name} away`} icon="close" kind="ghost" bare
                onClick={() => dropJob(job.id)} />
      </td>
    </tr>
  );
}

function LossAt({runner, at, axis, exact}: {
  runner: Runner; at: Signal<number>; axis: Axis; exact: Trace | undefined;
}) {
  const now = at.value / axis.factor, found = lossAt(runner, now, axis.pace);
  if (!found) return <>–</>;
  const known = axis.pace.column === "iteration" &&
    exact?.columns?.iteration[0] === Math.floor(now);
  return <>{found.about && !known ? "≈ " : ""}
    {real(known ? exact!.columns.loss[0] : found.loss, 5)}</>;
}

export function SettingsPanel({runners}: {runners: Runner[]}) {
  const all = queried("all") !== "";
  const rows = settingsTable(runners.map(({spec}) => spec));
  const shown = all ? rows : rows.filter(({differs}) => differs);
  return (
    <Panel title="Settings" flush note={shown.length ? undefined
      : "The specs differ in nothing."} tools={
      <Choice label="Settings that are shown" value={all ? "1" : ""}
              options={[["", "What differs"], ["1", "All"]] as const}
              onChange={value => setQuery({all: value})} />
    }>
      {shown.length > 0 && (
        <div class="table-wrap scrolls" tabIndex={0} role="region" aria-label="Settings of the jobs">
          <table class="table rows settings">
            <caption class="unseen">The settings of the jobs</caption>
            <thead><tr><th scope="col">Setting</th>
              {runners.map(({job, name, ink}) => (
                <th key={job.id} scope="col"><span class="run"><Swatch ink={ink} />{name}</span></th>
              ))}</tr></thead>
            <tbody>
              {shown.map(({pointer, values, differs}) => (
                <tr key={pointer} class={differs && all ? "differs" : undefined}>
                  <th scope="row"><code>{pointer.slice(1).replaceAll("/", ".")}</code></th>
                  {values.map((value, k) => (
                    <td key={runners[k].job.id} class={value === null || value === undefined
                      ? "note" : undefined} title={textOf(value)}>{textOf(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

const textOf = (value: Json | undefined): string =>
  value === undefined ? "–" : value === null ? "none"
    : typeof value === "string" ? value : JSON.stringify(value);
