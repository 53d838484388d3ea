// api_catalogue.tsx - one entry of the catalogue: a rule, a function, a model.
import type {ComponentChildren} from "preact";

import type {Real} from "../api/types";
import {real, words} from "../format";

interface Parameter {
  name: string;
  type: string;
  default: unknown;
  low?: Real;
  high?: Real;
  low_included?: boolean;
  high_included?: boolean;
  choices?: string[];
  sentence: string;
}

export interface Entry {
  name: string;
  sentence: string;
  formula?: string;
  source?: string;
  parameters?: Parameter[];
  wrapper_parameters?: Parameter[];
  dimension?: {default: number; low: number; high: number};
  start?: number[];
  box?: number[][];
  minima?: {loss: number; x: number[]; kind: string}[];
  losses?: string[];
  models?: string[];
}

export function EntryView({entry}: {entry: Entry}) {
  const {parameters = [], wrapper_parameters: around = []} = entry;
  return (
    <details class="entry">
      <summary><code>{entry.name}</code><span>{entry.sentence}</span></summary>
      <div>
        {entry.formula && <pre class="json formula" tabIndex={0}><code>{entry.formula}</code></pre>}
        <dl class="facts">
          {entry.dimension && <Fact name="Variables">{real(entry.dimension.low)} to{" "}
            {real(entry.dimension.high)}, {entry.dimension.default} where none is said</Fact>}
          {entry.start && <Fact name="Start">{list(entry.start)}</Fact>}
          {entry.box && <Fact name="Box">{entry.box.map(([low, high]) =>
            `[${real(low)}, ${real(high)}]`).join(" × ")}</Fact>}
          {entry.minima?.map(({loss, x, kind}, k) => (
            <Fact key={k} name={`Minimum, ${kind}`}>{real(loss, 6)} at ({list(x)})</Fact>))}
          {entry.losses && <Fact name="Losses">{entry.losses.map(words).join(", ")}</Fact>}
          {entry.models && <Fact name="Models">{entry.models.join(", ")}</Fact>}
          {entry.source && <Fact name="Source">{entry.source}</Fact>}
        </dl>
        {parameters.length > 0 && <Parameters rows={parameters} />}
        {around.length > 0 && (
          <details><summary>And what every rule takes</summary><Parameters rows={around} /></details>
        )}
      </div>
    </details>
  );
}

const list = (numbers: number[]): string => numbers.map(one => real(one)).join(", ");

const Fact = ({name, children}: {name: string; children: ComponentChildren}) => (
  <div><dt>{name}</dt><dd>{children}</dd></div>
);

function Parameters({rows}: {rows: Parameter[]}) {
  return (
    <table class="plain-table parameters">
      <thead><tr><th scope="col">Parameter</th><th scope="col">Default</th>
        <th scope="col">Range</th><th scope="col">What it is</th></tr></thead>
      <tbody>{rows.map(row => (
        <tr key={row.name}><th scope="row"><code>{row.name}</code></th>
          <td>{row.default === null ? "none" : typeof row.default === "number"
            ? real(row.default) : String(row.default)}</td>
          <td>{rangeOf(row)}</td><td>{row.sentence}</td></tr>
      ))}</tbody>
    </table>
  );
}

function rangeOf({type, choices, low, high, low_included, high_included}: Parameter): string {
  if (choices) return choices.join(", ");
  if (low === undefined || high === undefined) return type === "flag" ? "true, false" : type;
  return `${low_included ? "[" : "("}${real(low)}, ${real(high)}${high_included ? "]" : ")"}` +
    (type === "integer" ? ", whole" : "");
}
