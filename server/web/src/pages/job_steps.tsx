// job_steps.tsx - the rows of the trace around the slider.
import type {Signal} from "@preact/signals";

import type {Trace} from "../api/types";
import {exact, real, whole} from "../format";
import {frameBefore} from "../frames";
import {Panel} from "../parts/blocks";
import {hrefWith} from "../state/route";

const BESIDE = 3; // rows before and behind
const COORDINATES_MAX = 3;
const heads: [field: string, head: string][] = [
  ["loss", "Loss"], ["gradient_norm", "Gradient"], ["step_norm", "Step"],
  ["learning_rate", "Rate"],
];

export function JobSteps({trace, at, onRest}: {
  trace: Trace; at: Signal<number>; onRest(at: number): void;
}) {
  const {columns, variables, sampling} = trace, {iteration} = columns;
  const here = frameBefore(iteration, at.value);
  const first = Math.max(0, Math.min(here - BESIDE, iteration.length - 2 * BESIDE - 1));
  const rows = Array.from({length: Math.min(2 * BESIDE + 1, iteration.length)},
                          (_, k) => first + k);
  const coordinates = Object.keys(columns).filter(name => /^x\.\d+$/.test(name))
    .slice(0, COORDINATES_MAX)
    .map(name => [name, variables?.[Number(name.slice(2))] ?? name] as [string, string]);
  const shown = [...heads.filter(([field]) => columns[field]), ...coordinates];

  return (
    <Panel title="Steps" flush note={sampling.exact ? "around the slider"
      : "around the slider, of the points shown"}
           tools={<a href={hrefWith({tab: "trace"})}>All rows</a>}>
      <div class="table-wrap"><table class="table rows steps">
        <thead><tr><th scope="col" class="numeric">Iteration</th>
          {shown.map(([field, head]) => (
            <th key={field} scope="col" class="numeric">{head}</th>))}</tr></thead>
        <tbody>
          {rows.map(row => (
            <tr key={row} class={row === here ? "chosen" : ""}
                aria-current={row === here ? "step" : undefined}>
              <th scope="row" class="numeric">
                <button type="button" class="sort" onClick={() => {
                  at.value = iteration[row];
                  onRest(iteration[row]);
                }}>{whole(iteration[row])}</button></th>
              {shown.map(([field]) => <Cell key={field} trace={trace} field={field} row={row} />)}
            </tr>))}
        </tbody>
      </table></div>
    </Panel>
  );
}

function Cell({trace: {columns, nonfinite}, field, row}:
    {trace: Trace; field: string; row: number}) {
  const value = columns[field][row] ?? null;
  const gap = value === null
    ? nonfinite.find(fault => fault.field === field &&
                     fault.iteration === columns.iteration[row])?.value : undefined;
  return (
    <td class={`numeric${gap ? " alarm" : ""}`}
        title={value === null ? gap : exact(value)}>{gap ?? real(value, 5)}</td>
  );
}
