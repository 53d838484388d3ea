// job_rows.tsx - the trace as numbers, a page around the iteration at hand.
import type {Signal} from "@preact/signals";
import {useState} from "preact/hooks";

import {withQuery} from "../api/client";
import {useResource} from "../api/resource";
import type {Job, Trace} from "../api/types";
import {exact, real, whole, words} from "../format";
import {Panel, Trouble} from "../parts/blocks";
import {Button} from "../parts/button";

const PAGE_ROWS = 50;

export function JobRows({job, at, onRest}: {
  job: Job; at: Signal<number>; onRest(at: number): void;
}) {
  const [from, setFrom] = useState(() => {
    const here = Number.isFinite(at.peek()) ? at.peek() : 0;
    return Math.max(0, Math.floor(here) - PAGE_ROWS / 2);
  });
  const rows = useResource<Trace>(
    withQuery(`/jobs/${job.id}/trace`, {from, limit: PAGE_ROWS}));
  const trace = rows.data.value, failure = rows.failure.value;
  if (failure) return <Trouble failure={failure} onAgain={rows.reload} />;
  if (!trace) return <p class="waiting">…</p>;

  const {columns, available, variables} = trace;
  const names = Object.keys(columns);
  const gaps = new Map(trace.nonfinite.map(gap => [`${gap.field} ${gap.iteration}`, gap.value]));
  const every = Math.max(available.every, 1);
  const titleOf = (name: string): string =>
    variables?.[Number(/^x\.(\d+)$/.exec(name)?.[1])] ?? words(name);
  const turn = (to: number): void => {
    setFrom(Math.max(0, to));
    onRest(Math.max(0, to));
  };

  return (
    <Panel title="Trace" flush note={`${whole(available.count)} rows`} tools={
      <>
        <Button label="First" icon="first" bare kind="ghost" onClick={() => turn(0)} />
        <Button label="Before" icon="back" bare kind="ghost" disabled={from === 0}
                onClick={() => turn(from - PAGE_ROWS * every)} />
        <label class="field inline">from
          <input type="number" min={0} max={available.last} value={from}
                 onChange={event => turn(event.currentTarget.valueAsNumber || 0)} />
        </label>
        <Button label="Next" icon="forward" bare kind="ghost"
                disabled={trace.next === null} onClick={() => turn(trace.next!)} />
      </>
    }>
      <div class="table-wrap scrolls" tabIndex={0} role="region" aria-label="Rows of the trace">
        <table class="table rows">
          <thead><tr>{names.map(name => (
            <th key={name} scope="col" class="numeric">{titleOf(name)}</th>))}</tr></thead>
          <tbody>
            {columns.iteration.map((iteration, row) => (
              <tr key={iteration}>{names.map(name => {
                const value = columns[name][row];
                const gap = gaps.get(`${name} ${iteration}`);
                return (
                  <td key={name} class={`numeric${gap ? " alarm" : ""}`}
                      title={value === null ? gap : exact(value)}>
                    {gap ?? (name === "iteration" ? whole(value!) : real(value, 7))}
                  </td>
                );
              })}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
