// table.tsx - a table whose heads sort and whose rows can be chosen; cards on
// a phone. Rows are keyed by id, never by place.
import type {ComponentChildren} from "preact";
import {useEffect, useRef} from "preact/hooks";

import {Icon} from "./icon";

export interface Column<Row> {
  /** Also the class of its cells: `col-KEY`. */
  key: string;
  head: string;
  cell(row: Row): ComponentChildren;
  /** Numbers stand at the end, in figures of one width. */
  numeric?: boolean;
  /** What `sort` is called by whoever sorts; left out: it cannot. */
  sort?: string;
  /** The first click sorts downwards. */
  downFirst?: boolean;
}

export interface TableProps<Row> {
  /** What the table is, for who does not see it. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId(row: Row): string;
  /** The sort that holds: "loss", "-loss". */
  sort?: string;
  onSort?(sort: string): void;
  /** The ids that are chosen; left out: rows cannot be. */
  chosen?: ReadonlySet<string>;
  onChoose?(ids: string[], on: boolean): void;
  /** What a row's checkbox says, as "Choose adam on rosenbrock". */
  rowName?(row: Row): string;
  /** On a phone each row is a card. */
  cards?: boolean;
  /** The row of `j` and `k`. */
  cursor?: string | null;
}

export function Table<Row>(props: TableProps<Row>) {
  const {columns, rows, rowId, chosen} = props;
  const at = useRef<HTMLTableRowElement>(null);
  useEffect(() => at.current?.scrollIntoView({block: "nearest"}), [props.cursor]);

  return (
    <div class={`table-wrap${props.cards ? " as-cards" : ""}`}>
      <table class="table">
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>
            {chosen && <th scope="col" class="col-choose"><ChooseAll {...props} /></th>}
            {columns.map(column => <Head key={column.key} column={column} {...props} />)}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => {
            const id = rowId(row);
            return (
              <tr key={id} ref={id === props.cursor ? at : undefined}
                  class={`${chosen?.has(id) ? "chosen" : ""}${id === props.cursor ? " cursor" : ""}`}>
                {chosen && (
                  <td class="col-choose">
                    <input type="checkbox" checked={chosen.has(id)}
                           aria-label={`Choose ${props.rowName?.(row) ?? id}`}
                           onChange={event =>
                             props.onChoose?.([id], event.currentTarget.checked)} />
                  </td>
                )}
                {columns.map(column => (
                  <td key={column.key} data-head={column.head}
                      class={`col-${column.key}${column.numeric ? " numeric" : ""}`}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>({column, sort, onSort}:
    {column: Column<Row>} & TableProps<Row>) {
  const name = column.sort;
  const classes = `col-${column.key}${column.numeric ? " numeric" : ""}`;
  if (!name || !onSort) return <th scope="col" class={classes}>{column.head}</th>;

  const up = sort === name, down = sort === `-${name}`;
  const next = up ? `-${name}` : down ? name : column.downFirst ? `-${name}` : name;
  return (
    <th scope="col" class={classes}
        aria-sort={up ? "ascending" : down ? "descending" : undefined}>
      <button type="button" class="sort" onClick={() => onSort(next)}>
        {column.head}{(up || down) && <Icon name={up ? "up" : "down"} />}
      </button>
    </th>
  );
}

function ChooseAll<Row>({rows, rowId, chosen, onChoose}: TableProps<Row>) {
  const ids = rows.map(rowId);
  const some = ids.some(id => chosen!.has(id));
  const all = some && ids.every(id => chosen!.has(id));
  return (
    <input type="checkbox" aria-label="Choose all that are shown" checked={all}
           ref={input => { if (input) input.indeterminate = some && !all; }}
           onChange={() => onChoose?.(ids, !all)} />
  );
}
