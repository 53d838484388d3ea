// data_set.tsx - one dataset: its columns, its first rows, a job from it.
import {Failure, remove} from "../api/client";
import {useResource} from "../api/resource";
import type {Json, Spec} from "../api/types";
import {ago, bytes, counted, exact, moment, real, whole} from "../format";
import {Empty, PageHead, Panel, Tiles, Trouble} from "../parts/blocks";
import {Button} from "../parts/button";
import {confirm} from "../parts/dialog";
import {Table, type Column} from "../parts/table";
import type {PageProps} from "../routes";
import {go, hrefOf} from "../state/route";
import {complain, toast} from "../state/say";
import type {DataColumn, Dataset, DatasetPreview, DatasetSummary} from "./data_types";
import {draftQuery} from "./new_state";

const PREVIEW_ROWS = 50;
const COLUMNS_MAX = 200; // that are painted
const VALUES_MAX = 6;

/** A model that is meant for what the target is; in words, classes. */
export function modelSpec(set: DatasetSummary | Dataset): Spec {
  const columns = "columns" in set ? set.columns : [];
  const target = set.target ?? [...columns].reverse()
    .find(({kind}) => kind !== "text")?.name;
  const column = columns.find(({name}) => name === target);
  const classes = "classes" in set ? set.classes !== false
    : !column || column.kind === "category" || (column.kind === "integer" && (column.distinct ?? 99) <= 20);
  const words = columns.filter(({kind, name}) => kind === "category" && name !== target);
  return {
    name: `${set.name}, learned`,
    objective: {
      type: "model", dataset: set.name,
      ...(target ? {target} : {}),
      model: classes ? {type: "mlp", hidden: [16]} : {type: "linear"},
      standardize: true, validation_fraction: 0.2,
      ...(words.length ? {one_hot: words.map(({name}) => name)} : {}),
      ...(set.missing ? {missing: "mean"} : {}),
    },
    batch_size: 16, optimizer: {type: "adam", learning_rate: 0.01},
    stop: {max_epochs: 50},
  };
}

export const learnHref = (set: DatasetSummary): string =>
  hrefOf("/new", draftQuery(modelSpec(set)));

export function DatasetPage({parts: [, id]}: PageProps) {
  const path = `/datasets/${encodeURIComponent(id)}`;
  const source = useResource<Dataset>(path);
  const preview = useResource<DatasetPreview>(`${path}/preview?limit=${PREVIEW_ROWS}`);
  const set = source.data.value, failure = source.failure.value;

  if (failure?.status === 404) {
    return (
      <Empty whole title="There is no such dataset">
        <Button label="All data" href={hrefOf("/data")} />
      </Empty>
    );
  }
  if (failure) return <Trouble failure={failure} onAgain={source.reload} />;
  if (!set) return <p class="waiting">…</p>;

  async function erase(): Promise<void> {
    if (!await confirm(`Delete ${set!.name}?`,
                       "The file goes; jobs that have ended keep their results. This cannot be undone.",
                       "Delete the dataset")) return;
    try {
      await remove(path);
      toast("Deleted");
      go("/data");
    } catch (error) {
      const jobs = error instanceof Failure && (error.problem as {jobs?: Json[]}).jobs;
      if (jobs) toast(`${counted(jobs.length, "job")} that ${jobs.length === 1 ? "has" : "have"} not ended ${jobs.length === 1 ? "uses" : "use"} it.`, "alarm");
      else complain(error);
    }
  }

  return (
    <>
      <PageHead title={set.name} above={
        <><a href={hrefOf("/data")}>Data</a> / {set.id ? `…${set.id.slice(-6)}` : "built in"}</>
      } below={set.sentence && <span>{set.sentence}</span>}>
        <Button label="Learn from it" icon="play" kind="main" href={learnHref(set)} />
        {!set.built_in && <Button label="Delete" icon="trash" onClick={() => void erase()} />}
      </PageHead>
      <Tiles tiles={[
        {label: "Rows", value: whole(set.rows)},
        {label: "Columns", value: whole(set.column_count)},
        {label: "Missing", value: whole(set.missing)},
        {label: "Size", value: bytes(set.bytes),
         more: set.sparse ? `${whole(set.nonzeros ?? 0)} not zero` : undefined},
        ...(set.created_at ? [
          {label: "Read as", value: String(set.read_as.format).toUpperCase(), more: readAs(set)},
          {label: "Uploaded", value: ago(set.created_at), title: moment(set.created_at)},
        ] : [{label: "Target", value: set.target}]),
      ]} />
      <div class="data-columns">
        <Columns set={set} />
        <Rows preview={preview.data.value} />
      </div>
      {set.source && <p class="note">{set.source}{" "}</p>}
    </>
  );
}

function readAs({read_as: {delimiter, decimal, header, dropped}}: Dataset): string {
  return [delimiter && `${delimiter} between`, decimal && decimal === "," && "decimal comma",
          header === false && "no header", dropped && `${dropped} rows dropped`]
    .filter(Boolean).join(", ");
}

const columnRows: Column<DataColumn>[] = [
  {key: "name", head: "Column", cell: ({name}) => <strong>{name}</strong>},
  {key: "kind", head: "Kind", cell: ({kind}) => kind},
  {key: "missing", head: "Missing", numeric: true, cell: ({missing}) => missing ? whole(missing) : "–"},
  {key: "range", head: "Range", cell: ({min, max, values, distinct}) => values
    ? `${values.slice(0, VALUES_MAX).join(", ")}${(distinct ?? 0) > VALUES_MAX ? `, … (${whole(distinct!)})` : ""}`
    : min !== undefined ? `${real(min)} to ${real(max)}` : "–"},
  {key: "mean", head: "Mean ± deviation", numeric: true, cell: ({mean, deviation}) =>
    mean === undefined ? "" : (
      <span title={exact(mean)}>{real(mean)} ± {real(deviation)}</span>)},
];

function Columns({set}: {set: Dataset}) {
  const shown = set.columns.slice(0, COLUMNS_MAX);
  return (
    <Panel title="Columns" flush note={shown.length < set.column_count
      ? `the first ${whole(shown.length)} of ${whole(set.column_count)}` : undefined}>
      <div class="scrolls" tabIndex={0} role="region" aria-label="Columns">
        <Table caption="Columns" columns={columnRows} rows={shown} rowId={({name}) => name} />
      </div>
    </Panel>
  );
}

function Rows({preview}: {preview: DatasetPreview | null}) {
  if (!preview) return null;
  const columns = preview.columns.slice(0, COLUMNS_MAX);
  const sparse = preview.rows.some(row => row.some(Array.isArray));
  return (
    <Panel title="First rows" flush note={`${whole(preview.rows.length)} of ${whole(preview.rows_total)}`}>
      <div class="table-wrap scrolls" tabIndex={0} role="region" aria-label="First rows">
        <table class="table rows">
          {!sparse && <thead><tr>{columns.map((name, c) => <th key={name} scope="col" class={sideOf(preview.rows[0]?.[c])}>{name}</th>)}</tr></thead>}
          <tbody>{preview.rows.map((row, k) => (
            <tr key={k}>{(sparse ? row : row.slice(0, columns.length)).map((cell, c) => (
              <td key={c} class={sideOf(cell)}>{cellText(cell)}</td>))}</tr>
          ))}</tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Words stand at the left. */
const sideOf = (cell: Json | undefined): string =>
  typeof cell === "string" ? "" : "numeric";

function cellText(cell: Json): string {
  if (cell === null) return "–";
  if (Array.isArray(cell)) return `${cell[0]}: ${real(Number(cell[1]))}`;
  return typeof cell === "number" ? real(cell, 6) : String(cell);
}
