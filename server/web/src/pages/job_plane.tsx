// job_plane.tsx - where the run goes: a curve, a landscape, or of many
// variables a plane, which says how much of the movement it shows.
import {useMemo} from "preact/hooks";

import type {Job, Landscape as Grid} from "../api/types";
import {real, whole} from "../format";
import {Curve} from "../landscape/curve";
import {Landscape} from "../landscape/landscape";
import {Panel, Trouble} from "../parts/blocks";
import {Button, Choice} from "../parts/button";
import {queried, setQuery} from "../state/route";
import {sliceNow, viewNow, type JobData} from "./job_data";

const planes = [["path", "Projection"], ["slice", "Slice"]] as const;

export function PlanePanel({data, job, onWanted}:
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
  if (job.dimension === 1) {
    return (
      <Panel title="Curve" flush note={outsideNote(grid)}>
        <Curve grid={grid} paths={paths} at={data.at} />
      </Panel>
    );
  }
  const arrows = queried("arrows") === "1";
  return (
    <Panel title="Landscape" flush note={grid && noteOf(grid, job)} tools={
      <>
        {job.dimension > 2 && <PlaneChoice job={job} grid={grid} />}
        <Button label="Arrows" kind="ghost" icon="diverged" pressed={arrows}
                onClick={() => setQuery({arrows: arrows ? null : 1})} />
      </>
    }>
      <Landscape grid={grid} paths={paths} at={data.at} view={viewNow()}
                 arrows={arrows} loading={data.landscape.loading.value}
                 onView={view => setQuery({
                   view: view && view.map(edge => edge.toPrecision(7)).map(Number).join(),
                 })} />
    </Panel>
  );
}

/** The plane in which the path moves most, or one through two variables. */
function PlaneChoice({job, grid}: {job: Job; grid: Grid | null}) {
  const slice = sliceNow();
  const name = (k: number): string => {
    const at = grid?.plane.dims?.indexOf(k) ?? -1;
    return grid?.plane.variables?.[at] ?? `x[${k + 1}]`;
  };
  const change = (end: number, value: number): void => {
    const dims = [...slice!];
    const other = dims[1 - end];
    dims[end] = Math.min(Math.max(value, 1), job.dimension) - 1;
    if (dims[end] === other) dims[1 - end] = slice![end];
    setQuery({dims: dims.join(), view: null});
  };

  return (
    <>
      <Choice label="Plane" options={planes} value={slice ? "slice" : "path"}
              onChange={kind => setQuery({dims: kind === "slice" ? "0,1" : null, view: null})} />
      {slice && slice.map((k, end) => (
        <input key={end} class="place" type="number" min={1} max={job.dimension} value={k + 1}
               aria-label={`Variable ${end ? "up" : "along"}, now ${name(k)}`}
               onChange={event => {
                 const value = event.currentTarget.valueAsNumber;
                 if (Number.isInteger(value)) change(end, value);
               }} />))}
    </>
  );
}

function noteOf(grid: Grid, job: Job) {
  const {kind, explained, sentence, variables} = grid.plane;
  if (job.dimension <= 2) return viewNow() ? undefined : outsideNote(grid);
  const text = kind === "path"
    ? `projection, ${real((explained ?? 0) * 100, 3)} % of the movement`
    : `slice through ${variables?.join(" and ")}, the others as at the best point`;
  return <span title={sentence}>{text}</span>;
}

function outsideNote(grid: Grid | null): string | undefined {
  const outside = grid?.path?.outside;
  return outside ? `${whole(outside)} points lie outside` : undefined;
}
