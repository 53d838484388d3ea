// new_fields.tsx - fields made of rows: a parameter of the catalogue, or of a
// table here. A field reads and writes one member of the spec by its pointer.
//
// What is typed becomes what the member is; what is no number stays the text
// that it is, and the server says so beside it.
import {signal, useSignal} from "@preact/signals";
import type {ComponentChildren} from "preact";
import {useEffect, useId} from "preact/hooks";

import type {Fault, Json} from "../api/types";
import {real, words} from "../format";
import {check} from "./new_check";
import {member, memberOf, setMember} from "./new_state";

export interface Row {
  name: string;
  /** Left out: the name in words. */
  label?: string;
  type: "number" | "integer" | "flag" | "choice" | "text" | "formula" |
    "numbers" | "names" | "json";
  default?: Json;
  low?: number;
  high?: number;
  low_included?: boolean;
  high_included?: boolean;
  choices?: readonly (string | readonly [value: string, word: string])[];
  sentence?: string;
  /** As wide as the form. */
  wide?: boolean;
}

/** Pointers that have a field on the page now. */
const shown = signal<readonly string[]>([]);

const isUnder = (pointer: string, of: string): boolean =>
  pointer === of || pointer.startsWith(`${of}/`);

export const faultsAt = (pointer: string): Fault[] =>
  check.value.faults.filter(fault => isUnder(fault.pointer ?? "", pointer));

/** Faults that no field shows. */
export const otherFaults = (): Fault[] => check.value.faults.filter(fault =>
  !shown.value.some(pointer => isUnder(fault.pointer ?? "", pointer)));

/** While the component lives, faults at a pointer are shown by it. */
export function useShows(pointer: string): void {
  useEffect(() => {
    shown.value = [...shown.peek(), pointer];
    return () => {
      const at = shown.peek().indexOf(pointer);
      shown.value = shown.peek().filter((_, k) => k !== at);
    };
  }, [pointer]);
}

export function Faults({faults, id}: {faults: Fault[]; id?: string}) {
  if (!faults.length) return null;
  return (
    <span class="fault" id={id}>
      {faults.map(fault => {
        const [first, ...caret] = fault.detail.split("\n");
        return (
          <span key={`${fault.pointer}${fault.detail}`}>
            {first}{fault.suggestion && <> – did you mean <code>{fault.suggestion}</code>?</>}
            {caret.length > 0 && <code class="caret">{caret.join("\n")}</code>}
          </span>
        );
      })}
    </span>
  );
}

// ---- values as text ---------------------------------------------------------

const numberOr = (text: string): number | string =>
  text && Number.isFinite(Number(text)) ? Number(text) : text;

function parse(type: Row["type"], text: string): Json | undefined {
  const bare = text.trim();
  if (!bare) return undefined;
  if (type === "number" || type === "integer") return numberOr(bare);
  if (type === "numbers") return bare.split(/[\s,]+/).filter(Boolean).map(numberOr);
  if (type === "names") return bare.split(/[\s,]+/).filter(Boolean);
  if (type === "json") {
    try {
      return JSON.parse(bare) as Json;
    } catch {
      return bare;
    }
  }
  return text;
}

function textOf(type: Row["type"], value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if ((type === "numbers" || type === "names") && Array.isArray(value) &&
      value.every(each => typeof each !== "object")) return value.join(", ");
  return JSON.stringify(value);
}

const placeholderOf = (type: Row["type"], value: Json | undefined): string =>
  value === undefined ? "" : value === null ? "none" : textOf(type, value);

/** "0 to below 1". */
function rangeOf({low, high, low_included, high_included}: Row): string {
  if (low === undefined || high === undefined) return "";
  if (low <= 1 && high >= 1e6) {
    return low < 0 ? "" : low_included ? `${real(low)} or more` : `above ${real(low)}`;
  }
  return `${low_included ? "" : "above "}${real(low)} to ${high_included ? "" : "below "}${real(high)}`;
}

// ---- the field --------------------------------------------------------------

export function Field({row, pointer, at, onPut}: {
  row: Row; pointer: string;
  /** The value, where it is no member of the spec. */
  at?: Json;
  /** Instead of setting the member. */
  onPut?(value: Json | undefined): void;
}) {
  const {type, sentence} = row, id = useId();
  const typed = useSignal<string | null>(null);
  const value = at ?? member(pointer), faults = faultsAt(pointer);
  const otherwise = memberOf(check.value.full ?? undefined, pointer) ?? row.default;
  useShows(pointer);

  const put = (next: Json | undefined, byTyping = false): void =>
    onPut ? onPut(next) : setMember(pointer, next, byTyping);
  const label = row.label ?? words(row.name);
  const range = [
    row.default === undefined ? "" : `default ${placeholderOf(type, row.default)}`,
    rangeOf(row),
  ].filter(Boolean).join(" · ");
  const described = {
    id, "aria-invalid": faults.length ? true : undefined,
    "aria-describedby": faults.length ? `${id}-fault` : undefined,
    "data-pointer": pointer,
  } as const;
  const hint = (sentence || range) && (
    <small>{sentence}{range && type !== "flag" && <span class="range">{range}</span>}</small>);

  if (type === "flag") {
    return (
      <div class="field flag">
        <label for={id}>
          <input {...described} type="checkbox"
                 checked={(value ?? otherwise) === true}
                 onChange={event => put(event.currentTarget.checked)} />
          {label}
        </label>
        {hint}
        <Faults faults={faults} id={`${id}-fault`} />
      </div>
    );
  }

  const known = typed.value !== null &&
    JSON.stringify(parse(type, typed.value)) === JSON.stringify(value);
  const shared = {
    ...described, value: known ? typed.value! : textOf(type, value),
    placeholder: placeholderOf(type, otherwise), spellcheck: false,
    autocomplete: "off",
    onInput: (event: {currentTarget: HTMLInputElement | HTMLTextAreaElement}) => {
      typed.value = event.currentTarget.value;
      put(parse(type, typed.value), true);
    },
    onBlur: () => { typed.value = null; },
  };
  return (
    <div class={`field${row.wide || type === "formula" ? " wide" : ""}`}>
      <label for={id}>{label}</label>
      {type === "choice"
        ? <Select {...described} row={row} value={value} otherwise={otherwise}
                  onPut={put} />
        : type === "formula"
          ? <textarea {...shared} rows={Math.min(8, 1 + shared.value.split("\n").length)} />
          : <input {...shared} type="text"
                   inputMode={type === "number" || type === "integer" ? "decimal" : undefined} />}
      {hint}
      <Faults faults={faults} id={`${id}-fault`} />
    </div>
  );
}

function Select({row, value, otherwise, onPut, ...rest}: {
  row: Row; value: Json | undefined; otherwise: Json | undefined;
  onPut(value: Json | undefined): void;
} & Record<string, unknown>) {
  const options = (row.choices ?? []).map(choice =>
    typeof choice === "string" ? [choice, words(choice)] as const : choice);
  const now = textOf("text", value ?? otherwise);
  const strange = !options.some(([one]) => one === now);
  return (
    <select {...rest} value={now}
            onChange={event => onPut(event.currentTarget.value || undefined)}>
      {strange && <option value={now}>{now || "–"}</option>}
      {options.map(([one, word]) => <option key={one} value={one}>{word}</option>)}
    </select>
  );
}

/** Fields of a table, all members of one object. */
export function Fields({rows, under}: {rows: readonly Row[]; under: string}) {
  return (
    <div class="fields">
      {rows.map(row => <Field key={row.name} row={row} pointer={`${under}/${row.name}`} />)}
    </div>
  );
}

/** Rows that one seldom needs: closed, but open where one of them is set or
 *  at fault. */
export function MoreFields({title, rows, under, children}: {
  title: string; rows: readonly Row[]; under: string; children?: ComponentChildren;
}) {
  const set = rows.filter(({name}) => member(`${under}/${name}`) !== undefined);
  const opened = useSignal<boolean | null>(null);
  const wrong = rows.some(({name}) => faultsAt(`${under}/${name}`).length);
  const open = wrong || (opened.value ?? set.length > 0);
  return (
    <details class="more" open={open}
             onToggle={event => { opened.value = event.currentTarget.open; }}>
      <summary>{title}{set.length > 0 && <b> {set.length}</b>}</summary>
      {open && <><Fields rows={rows} under={under} />{children}</>}
    </details>
  );
}
