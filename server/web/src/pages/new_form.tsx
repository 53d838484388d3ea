// new_form.tsx - the form: a section for each part of the spec, its fields out
// of the catalogue.
import {useSignal} from "@preact/signals";
import {useEffect} from "preact/hooks";

import {Failure, isAborted, post} from "../api/client";
import {useResource} from "../api/resource";
import type {Fault, Json} from "../api/types";
import {words} from "../format";
import {Panel, Trouble} from "../parts/blocks";
import {Button, Choice} from "../parts/button";
import {hrefOf, setQuery} from "../state/route";
import type {DatasetList, Dataset} from "./data_types";
import {check} from "./new_check";
import {Faults, Field, Fields, MoreFields, faultsAt, otherFaults, useShows,
        type Row} from "./new_fields";
import {changeDraft, changeType, draft, isObject, member, removeStart, setMember,
        setStart, STARTS_MAX} from "./new_state";
import {batchRows, epochRow, firstOf, jobMore, jobRows, objectiveMore,
        objectiveRows, objectiveWords, startOf, stopMore, stopRows, type Listed,
        type Loss, type Model, type ObjectiveType, type Optimizer, type Schedule,
        type TestFunction} from "./new_tables";

export function Form({optimizers}: {optimizers: Optimizer[]}) {
  const rows = member("/objective/type");
  const hasRows = rows === "model" || rows === "fit";
  return (
    <div class="form">
      <OtherFaults />
      <Objective />
      <Start />
      <OptimizerPart optimizers={optimizers} />
      <Panel title="Stop">
        <Fields rows={hasRows ? [epochRow, ...stopRows] : stopRows} under="/stop" />
        <MoreFields title="More rules" rows={hasRows ? stopMore : [...stopMore, epochRow]}
                    under="/stop" />
      </Panel>
      <Panel title="Job">
        <Fields rows={jobRows} under="" />
        <MoreFields title="Seed, priority" rows={jobMore} under="">
          <Fields rows={traceRows} under="/trace" />
        </MoreFields>
      </Panel>
    </div>
  );
}

const traceRows: Row[] = [
  {name: "every", label: "recorded every", type: "json",
   sentence: "Iteration so many, or epoch."},
];

/** What is wrong where the form has no field. */
function OtherFaults() {
  const faults = otherFaults();
  if (!faults.length) return null;
  return (
    <div class="trouble" role="alert">
      <div>
        <strong>Also in the spec</strong>
        <ul>{faults.map(fault => (
          <li key={`${fault.pointer}${fault.detail}`}>
            <code>{fault.pointer}</code> {fault.detail}
            {fault.suggestion && <> – did you mean <code>{fault.suggestion}</code>?</>}
          </li>))}
        </ul>
      </div>
    </div>
  );
}

// ---- objective --------------------------------------------------------------

function changeObjective(type: ObjectiveType): void {
  const before = member("/objective/type");
  if (before === type) return;
  changeType("/objective", type, () => firstOf[type]);
  startsBy.set(String(before), [draft.value.spec.start, draft.value.more]);
  const [start, more] = startsBy.get(type) ?? [startOf[type], []];
  const {start: _, ...spec} = draft.value.spec;
  changeDraft({spec: start === undefined ? spec : {...spec, start}, more});
  setQuery({view: null});
}

const startsBy = new Map<string, [Json | undefined, Json[]]>();

function Objective() {
  const type = member("/objective/type") as ObjectiveType;
  const more = objectiveMore[type];
  return (
    <Panel title="Objective" tools={
      <Choice label="Kind of objective" options={objectiveWords} value={type}
              onChange={changeObjective} />
    }>
      {type === "expression" && <Formula />}
      {type === "function" && <NamedFunction />}
      {(type === "fit" || type === "model") && <DatasetField />}
      {type === "model" && <ModelFields />}
      {objectiveRows[type]?.length > 0 &&
        <Fields rows={objectiveRows[type]} under="/objective" />}
      {type === "fit" && <LossField />}
      {(type === "fit" || type === "model") && <Fields rows={batchRows} under="" />}
      {more && <MoreFields title="More" rows={more} under="/objective" />}
      {!type && <Faults faults={faultsAt("/objective")} />}
    </Panel>
  );
}

interface Understood {
  form: string;
  dimension: number;
}

/** A formula: what was understood of it, or where it is wrong. */
function Formula() {
  const understood = useSignal<Understood | null>(null);
  const faults = useSignal<Fault[]>([]);
  const {expression, variables, constants} = member("/objective") as
    {[name: string]: Json};
  const text = JSON.stringify([expression, variables, constants]);
  useShows("/objective/expression");
  useShows("/objective/variables");

  useEffect(() => {
    const attempt = new AbortController();
    const timer = setTimeout(async () => {
      try {
        understood.value = await post<Understood>("/expressions/check", {
          expression: expression ?? "", variables: variables ?? [],
          ...(constants ? {constants} : {}),
        }, {signal: attempt.signal});
        faults.value = [];
      } catch (error) {
        if (isAborted(error)) return;
        if (!(error instanceof Failure)) throw error;
        understood.value = null;
        faults.value = error.faults;
      }
    }, 250);
    return () => {
      clearTimeout(timer);
      attempt.abort();
    };
  }, [text]);

  const at = (pointer: string): Fault[] => faults.value.filter(fault =>
    fault.pointer === pointer);
  const wrong = at("/expression").length > 0;
  return (
    <div class="fields">
      <div class="field wide">
        <label for="formula">formula</label>
        <textarea id="formula" rows={2} spellcheck={false}
                  data-pointer="/objective/expression" aria-describedby="formula-said"
                  aria-invalid={wrong || undefined}
                  value={typeof expression === "string" ? expression : JSON.stringify(expression)}
                  onInput={event =>
                    setMember("/objective/expression", event.currentTarget.value, true)} />
        <div id="formula-said">
          <Faults faults={at("/expression")} />
          {understood.value && <small class="understood">understood as <code>{understood.value.form}</code></small>}
        </div>
      </div>
      <Variables value={variables} faults={at("/variables")} />
    </div>
  );
}

/** "x, w[10], W[10, 64]": names with their sizes. */
function Variables({value, faults}: {value: Json; faults: Fault[]}) {
  const typed = useSignal<string | null>(null);
  const text = isObject(value)
    ? Object.entries(value).map(([name, size]) =>
      size === 1 ? name : `${name}[${[size].flat().join()}]`).join(", ")
    : Array.isArray(value) ? value.join(", ") : "";

  function take(text: string): void {
    typed.value = text;
    const parts = text.split(/[\s,]+(?![^[]*\])/).filter(Boolean);
    const sized = parts.map(part => /^([^[]*)\[([\d,\s]*)\]?$/.exec(part));
    setMember("/objective/variables", sized.some(Boolean)
      ? Object.fromEntries(parts.map((part, k) => {
        const sizes = sized[k]?.[2].split(",").map(Number) ?? [1];
        return [sized[k]?.[1] ?? part, sizes.length > 1 ? sizes : sizes[0]];
      })) : parts, true);
  }

  return (
    <div class="field wide">
      <label for="variables">variables</label>
      <input id="variables" type="text" spellcheck={false} autocomplete="off"
             data-pointer="/objective/variables" aria-invalid={faults.length > 0 || undefined}
             value={typed.value ?? text} onBlur={() => { typed.value = null; }}
             onInput={event => take(event.currentTarget.value)} />
      <small>In their order; x[10] is a vector, W[10, 64] a matrix.</small>
      <Faults faults={faults} />
    </div>
  );
}

function NamedFunction() {
  const functions = useResource<Listed<TestFunction>>("/functions").data.value?.items ?? [];
  const name = member("/objective/name");
  const found = functions.find(one => one.name === name);
  const size = found?.dimension;
  const rows: Row[] = [
    {name: "dimension", type: "integer", default: size?.default, low: size?.low,
     high: size?.high, low_included: true, high_included: true},
  ];
  if (found?.instance) {
    rows.push({name: "instance", type: "integer", ...found.instance,
               low_included: true, high_included: true});
  }

  function choose(next: Json | undefined): void {
    const {spec} = draft.value;
    changeDraft({
      more: [],
      spec: {...spec, start: undefined, objective: {type: "function", name: next}},
    });
    setQuery({view: null});
  }

  return (
    <>
      <div class="fields">
        <Field row={{name: "name", label: "function", type: "choice", wide: true,
                     choices: functions.map(one => [one.name, one.family
                       ? `${one.family}: ${words(one.name).replace(`${one.family} `, "")}`
                       : words(one.name)] as const)}}
               pointer="/objective/name" onPut={choose} />
      </div>
      {found && <About sentence={found.sentence} formula={found.formula} />}
      <Fields rows={rows} under="/objective" />
    </>
  );
}

function About({sentence, formula}: {sentence: string; formula?: string}) {
  return (
    <div class="about">
      <p>{sentence}</p>
      {formula && <code>{formula}</code>}
    </div>
  );
}

/** Choosing among what there is; data that stands in the spec stays there. */
function DatasetField() {
  const list = useResource<DatasetList>("/datasets?limit=500").data.value?.items ?? [];
  const value = member("/objective/dataset");
  const named = typeof value === "string";
  const chosen = useResource<Dataset>(
    named && value ? `/datasets/${encodeURIComponent(value)}` : null).data.value;
  const rows: Row[] = [
    {name: "dataset", type: "choice", wide: true, choices: list.map(({name}) => name),
     sentence: chosen && named ? `${chosen.rows} rows of ${
       chosen.columns.slice(0, 12).map(column => column.name).join(", ")}${
       chosen.column_count > 12 ? ", …" : ""}` : undefined},
  ];

  function choose(next: Json | undefined): void {
    const found = list.find(({name}) => name === next);
    const objective = member("/objective") as {[name: string]: Json};
    setMember("/objective", {...objective, dataset: next!,
                             ...(found?.target ? {target: found.target} : {})});
  }

  return (
    <div class="fields">
      {named || value === undefined
        ? <Field row={rows[0]} pointer="/objective/dataset" onPut={choose} />
        : <Field row={{name: "dataset", type: "json", wide: true,
                       sentence: "Its columns stand in the spec."}}
                 pointer="/objective/dataset" />}
      <a class="data-link" href={hrefOf("/data")}>Data: look, or upload</a>
    </div>
  );
}

const useLosses = (): Loss[] =>
  useResource<Listed<Loss>>("/losses").data.value?.items ?? [];

function LossField({of}: {of?: Model}) {
  const losses = useLosses().filter(({name}) => !of || of.losses.includes(name));
  const now = losses.find(({name}) => name === member("/objective/loss"));
  return (
    <div class="fields">
      <Field row={{name: "loss", type: "choice", wide: true, sentence: now?.sentence,
                   choices: [["", of ? "the model's own" : "squared"] as const,
                             ...losses.map(({name}) => name)]}}
             pointer="/objective/loss" />
    </div>
  );
}

function ModelFields() {
  const models = useResource<Listed<Model>>("/models").data.value?.items ?? [];
  const type = member("/objective/model/type");
  const found = models.find(({name}) => name === type);
  return (
    <>
      <div class="fields">
        <Field row={{name: "type", label: "model", type: "choice", wide: true,
                     sentence: found?.sentence, choices: models.map(({name}) => name)}}
               pointer="/objective/model/type"
               onPut={next => changeType("/objective/model", String(next), () => ({
                 type: next, ...(next === "mlp" ? {hidden: [16]} : {}),
               }))} />
        {found?.lists.map(list => (
          <Field key={list.name} row={{...list, type: "numbers"}}
                 pointer={`/objective/model/${list.name}`} />))}
      </div>
      {found && found.parameters.length > 0 && (
        <Fields rows={found.parameters} under="/objective/model" />)}
      {found && <LossField of={found} />}
    </>
  );
}

// ---- start ------------------------------------------------------------------

type StartKind = "points" | "random" | "job" | "none";

const startWords = [["points", "Points"], ["random", "Random"], ["job", "Job"],
                    ["none", "Its own"]] as const;

function kindOf(start: Json | undefined): StartKind {
  if (start === undefined || start === null) return "none";
  if (!isObject(start)) return "points";
  return "random" in start ? "random" : "job" in start ? "job" : "points";
}

function Start() {
  const {spec: {start}, more} = draft.value, kind = kindOf(start);
  const first = check.value.previews[0]?.columns;
  const dimension = check.value.prediction?.dimension ?? 2;

  function choose(next: StartKind): void {
    const here = Array.from({length: Math.min(dimension, 8)}, (_, d) =>
      first?.[`x.${d}`]?.[0] ?? 0);
    const starts: Record<StartKind, Json | undefined> = {
      none: undefined, job: {job: "", at: "best"},
      random: {random: {low: -2, high: 2}}, points: here,
    };
    changeDraft({more: [], spec: {...draft.value.spec, start: starts[next]}});
  }

  return (
    <Panel title="Start" note={more.length > 0 && "a job from each"} tools={
      <Choice label="Where it starts" options={startWords} value={kind} onChange={choose} />
    }>
      {kind === "points" && [start, ...more].map((point, k) => (
        <StartRow key={k} k={k} point={point} count={more.length + 1} />))}
      {kind === "points" && more.length + 1 < STARTS_MAX && (
        <Button label="Another start" icon="plus"
                onClick={() => setStart(more.length + 1, start)} />)}
      {kind === "random" && (
        <Fields rows={[{name: "low", type: "json"}, {name: "high", type: "json"}]}
                under="/start/random" />)}
      {kind === "job" && (
        <Fields rows={[
          {name: "job", type: "text", wide: true, sentence: "The id of a job of as many variables."},
          {name: "at", type: "json", sentence: "best, last, or an iteration."},
        ]} under="/start" />)}
      {kind === "none" && <p class="note">Where the objective says, or the model draws it from the seed.</p>}
      {kind !== "points" && kind !== "job" && <StartFaults />}
    </Panel>
  );
}

function StartFaults() {
  useShows("/start");
  return <Faults faults={check.value.faults.filter(fault => fault.pointer === "/start")} />;
}

function StartRow({k, point, count}: {k: number; point: Json | undefined; count: number}) {
  return (
    <div class="start-row">
      <Field row={{name: "start", label: count > 1 ? `start ${k + 1}` : "point",
                   type: isObject(point) ? "json" : "numbers"}}
             pointer={k ? `/more/${k - 1}` : "/start"} at={point}
             onPut={next => setStart(k, next, true)} />
      {count > 1 && <Button label={`Without start ${k + 1}`} icon="close" kind="ghost" bare
                            onClick={() => removeStart(k)} />}
    </div>
  );
}

// ---- optimizer --------------------------------------------------------------

const groups = [
  ["Steps by a rule", (one: Optimizer) => !one.needs && one.wrapper_parameters.length > 1],
  ["With a search of their own", (one: Optimizer) => !one.needs && one.wrapper_parameters.length <= 1],
  ["For rows, fits and linear models", (one: Optimizer) => !!one.needs],
] as const;

/** The entry of the optimizer that is chosen, its dialect's parameters in it. */
export function optimizerNow(optimizers: Optimizer[]):
    {found: Optimizer | undefined; parameters: Row[]} {
  const found = optimizers.find(({name}) => name === member("/optimizer/type"));
  const dialect = found?.dialects.find(({name}) => name === member("/optimizer/dialect"));
  return {found, parameters: (dialect ?? found)?.parameters ?? []};
}

function changeOptimizer(optimizers: Optimizer[], type: string): void {
  const next = optimizers.find(({name}) => name === type);
  if (!next) return;
  const known = new Set([...next.parameters, ...next.wrapper_parameters].map(({name}) => name));
  if (known.has("learning_rate") && next.wrapper_parameters.length > 1) known.add("schedule");
  changeType("/optimizer", type, before => ({
    type, ...Object.fromEntries(Object.entries(before).filter(([name]) => known.has(name))),
  }));
}

function OptimizerPart({optimizers}: {optimizers: Optimizer[]}) {
  const {found, parameters} = optimizerNow(optimizers);
  const type = member("/optimizer/type"), id = "optimizer-type";
  useShows("/optimizer/type");
  const faults = faultsAt("/optimizer/type");
  return (
    <Panel title="Optimizer">
      <div class="fields">
        <div class="field wide">
          <label for={id}>optimizer</label>
          <select id={id} value={String(type ?? "")} data-pointer="/optimizer/type"
                  onChange={event => changeOptimizer(optimizers, event.currentTarget.value)}>
            {!found && <option value={String(type ?? "")}>{String(type ?? "–")}</option>}
            {groups.map(([title, has]) => (
              <optgroup key={title} label={title}>
                {optimizers.filter(has).map(({name}) => (
                  <option key={name} value={name}>{words(name)}</option>))}
              </optgroup>
            ))}
          </select>
          <Faults faults={faults} />
        </div>
      </div>
      {found && <About sentence={found.sentence} formula={found.formula} />}
      {found && found.dialects.length > 1 && (
        <Fields rows={[{name: "dialect", type: "choice",
                        choices: found.dialects.map(({name}) => name),
                        sentence: "Whose formula, where they differ."}]}
                under="/optimizer" />)}
      <Fields rows={parameters} under="/optimizer" />
      {found && found.wrapper_parameters.length > 1 && <SchedulePart />}
      {found && found.wrapper_parameters.length > 0 && (
        <MoreFields title="Around the rule" under="/optimizer" rows={[
          ...found.wrapper_parameters,
          {name: "bounds", type: "json", wide: true,
           sentence: "As {\"low\": -1, \"high\": [1, 2]}."},
        ]} />)}
    </Panel>
  );
}

function SchedulePart() {
  const source = useResource<Listed<Schedule>>("/schedules");
  const schedules = source.data.value?.items ?? [];
  const type = member("/optimizer/schedule/type");
  const found = schedules.find(({name}) => name === type);
  if (source.failure.value) return <Trouble failure={source.failure.value} onAgain={source.reload} />;

  const rows: Row[] = found ? [
    ...found.parameters, ...found.lists.map(list => ({...list, type: "numbers" as const})),
    ...(found.holds ? [{name: found.holds, type: "json" as const, wide: true,
                        sentence: "Schedules, each as {\"type\": …}."}] : []),
  ] : [];
  return (
    <>
      <div class="fields">
        <Field row={{name: "type", label: "schedule", type: "choice", wide: true,
                     sentence: found?.sentence,
                     choices: [["", "constant"] as const,
                               ...schedules.map(({name}) => name)
                                 .filter(name => name !== "constant")]}}
               pointer="/optimizer/schedule/type"
               onPut={next => next ? changeType("/optimizer/schedule", String(next), () => ({type: next}))
                 : setMember("/optimizer/schedule", undefined)} />
      </div>
      {rows.length > 0 && <Fields rows={rows} under="/optimizer/schedule" />}
    </>
  );
}
