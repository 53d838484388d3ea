// data.tsx - what there is to learn from: uploaded and built in.
import {withQuery} from "../api/client";
import {useResource} from "../api/resource";
import {ago, bytes, moment, whole} from "../format";
import {PageHead, Trouble} from "../parts/blocks";
import {Button} from "../parts/button";
import {Table, type Column} from "../parts/table";
import {hrefOf, hrefWith, queried} from "../state/route";
import {learnHref} from "./data_set";
import type {DatasetList, DatasetSummary} from "./data_types";
import {Upload} from "./data_upload";

const PAGE_ROWS = 100;

const columns: Column<DatasetSummary>[] = [
  {key: "name", head: "Dataset", cell: one => (
    <>
      <a class="row-link" href={hrefOf(`/data/${encodeURIComponent(one.id ?? one.name)}`)}>{one.name}</a>
      {one.built_in && <span class="tag">built in</span>}
      {one.sparse && <span class="tag">sparse</span>}
    </>)},
  {key: "about", head: "What it is", cell: one => one.sentence ??
    `${String(one.read_as.format ?? "").toUpperCase()}${one.missing ? `, ${whole(one.missing)} missing` : ""}`},
  {key: "rows", head: "Rows", numeric: true, cell: one => whole(one.rows)},
  {key: "features", head: "Columns", numeric: true, cell: one => whole(one.features)},
  {key: "bytes", head: "Size", numeric: true, cell: one => bytes(one.bytes)},
  {key: "created", head: "Uploaded", numeric: true, cell: one => one.created_at && (
    <time dateTime={one.created_at} title={moment(one.created_at)}>{ago(one.created_at)}</time>)},
  {key: "learn", head: "", numeric: true, cell: one => one.target && (
    <a href={learnHref(one)} aria-label={`Learn from ${one.name}`}>Learn</a>)},
];

export function DataPage() {
  const list = useResource<DatasetList>(
    withQuery("/datasets", {limit: PAGE_ROWS, cursor: queried("cursor")}));
  const data = list.data.value;
  return (
    <>
      <PageHead title="Data" />
      <Upload />
      {list.failure.value && <Trouble failure={list.failure.value} onAgain={list.reload} />}
      {data && <Table caption="Datasets" cards columns={columns} rows={data.items}
                      rowId={one => one.id ?? one.name} />}
      {(data?.next || queried("cursor")) && (
        <nav class="pages" aria-label="Pages of the list">
          {queried("cursor") && <Button label="First page" icon="first" href={hrefWith({cursor: null})} />}
          {data?.next && <Button label="Next page" icon="forward" href={hrefWith({cursor: data.next})} />}
        </nav>
      )}
    </>
  );
}
