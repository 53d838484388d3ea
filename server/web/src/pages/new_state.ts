// new_state.ts - what stands in "New job": one spec, and more starts for it.
//
// The spec is the truth: the form and the JSON are two views of it. Fields
// read and write members by JSON pointer and leave all others alone. Text that
// is no JSON is kept beside the last spec until it is one. All of it stands in
// the address, or, where it is long, in sessionStorage under a name that does.
import {signal} from "@preact/signals";

import type {Json, Spec} from "../api/types";
import {queried, setQuery} from "../state/route";

export interface Draft {
  spec: Spec;
  /** Starts beside `spec.start`: each is one more job. */
  more: Json[];
  /** JSON text that does not parse; null: there is none. */
  text: string | null;
}

const ADDRESS_CHARACTERS_MAX = 2500;
const AT_REST_MS = 300;
const ITEM = "descentd-new-";
export const STARTS_MAX = 8;

const beginning: Draft = {
  spec: {
    objective: {
      type: "expression", expression: "6*x^2 + 9*y^2 - 12*x - 14*y + 3",
      variables: ["x", "y"],
    },
    start: [-0.9, 2.1],
    optimizer: {type: "gradient_descent", learning_rate: 0.03},
    stop: {max_iterations: 200},
  },
  more: [], text: null,
};

export const draft = signal<Draft>(beginning);

/** Whether the last change was typed: then one waits a little before asking. */
export let isTyped = false;

let written = "", timer = 0;

export function changeDraft(change: Partial<Draft>, typed = false): void {
  isTyped = typed;
  draft.value = {...draft.value, ...change};
  clearTimeout(timer);
  timer = window.setTimeout(writeDraft, AT_REST_MS);
}

/** Put the draft into the address. */
export function writeDraft(): void {
  clearTimeout(timer);
  const text = JSON.stringify(draft.value);
  const name = queried("kept") || Date.now().toString(36);
  const fits = text.length <= ADDRESS_CHARACTERS_MAX;
  if (!fits) sessionStorage.setItem(ITEM + name, text);
  written = fits ? text : name;
  setQuery({from: null, s: fits ? text : null, kept: fits ? null : name});
}

const LAST = "descentd-new-last";

/** The page goes before the address could be written: the next one at this
 *  address has the draft from here. */
export function leaveDraft(): void {
  sessionStorage.setItem(LAST, JSON.stringify([location.hash, draft.value]));
}

/** The draft that was left at this address; false: there is none. */
export function returnToDraft(): boolean {
  const [hash, left] = JSON.parse(sessionStorage.getItem(LAST) ?? "[]") as
    [string?, Draft?];
  sessionStorage.removeItem(LAST);
  if (!left || hash !== location.hash) return false;
  changeDraft(left);
  return true;
}

/** Take the draft that the address has; false where it has none that is not
 *  here already. */
export function readDraft(): boolean {
  const name = queried("kept"), place = queried("s") || name;
  if (!place || place === written) return false;
  try {
    const found = JSON.parse(name ? sessionStorage.getItem(ITEM + name) ?? ""
      : place) as Draft;
    if (!isObject(found.spec) || !Array.isArray(found.more)) return false;
    draft.value = {spec: found.spec, more: found.more, text: found.text ?? null};
  } catch {
    return false; // a link that was cut off: what is there stays
  }
  written = place;
  return true;
}

/** Nothing asked for in the address: begin with an example. */
export function beginDraft(spec: Spec = beginning.spec, more: Json[] = []): void {
  draft.value = {spec, more, text: null};
}

/** The address of a page with this spec. */
export const draftQuery = (spec: Spec): {s: string} =>
  ({s: JSON.stringify({spec, more: [], text: null})});

/** The jobs that it makes: one a start. */
export function specsOf({spec, more}: Draft): Spec[] {
  if (!more.length) return [spec];
  const {name} = spec;
  return [spec.start, ...more].map((start, k) => ({
    ...spec, start,
    ...(typeof name === "string" && name ? {name: `${name}, start ${k + 1}`} : {}),
  }));
}

// ---- members by pointer -----------------------------------------------------

export const isObject = (value: Json | undefined): value is Spec =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const partsOf = (pointer: string): string[] => pointer.split("/").slice(1);

export function memberOf(document: Json | undefined, pointer: string): Json | undefined {
  return partsOf(pointer).reduce<Json | undefined>(
    (value, part) => isObject(value) ? value[part] : undefined, document);
}

export const member = (pointer: string): Json | undefined =>
  memberOf(draft.value.spec, pointer);

/** The document with a member set; undefined takes it away. */
function withMember(document: Json | undefined, [part, ...rest]: string[],
                    value: Json | undefined): Spec {
  const object: Spec = isObject(document) ? {...document} : {};
  const inner = rest.length ? withMember(object[part], rest, value) : value;
  if (inner === undefined || (rest.length && !Object.keys(inner as Spec).length)) {
    delete object[part];
  } else object[part] = inner;
  return object;
}

export function setMember(pointer: string, value: Json | undefined,
                          typed = false): void {
  changeDraft({spec: withMember(draft.value.spec, partsOf(pointer), value)}, typed);
}

/** A member whose `type` says what else is in it: what it was with another
 *  type is kept, so that going back brings it back. */
const laidBy = new Map<string, Spec>();

export function changeType(pointer: string, type: string,
                           otherwise: (before: Spec) => Spec): void {
  const before = member(pointer);
  const object = isObject(before) ? before : {};
  laidBy.set(`${pointer} ${String(object.type ?? object.name)}`, object);
  setMember(pointer, laidBy.get(`${pointer} ${type}`) ?? otherwise(object));
}

// ---- starts -----------------------------------------------------------------

/** Put a start at a place; k past the last is one more. */
export function setStart(k: number, start: Json | undefined, typed = false): void {
  const {spec, more} = draft.value;
  if (k === 0) setMember("/start", start, typed);
  else {
    const next = [...more];
    next[Math.min(k - 1, more.length)] = start ?? null;
    changeDraft({more: next, spec}, typed);
  }
}

export function removeStart(k: number): void {
  const [first, ...more] = [draft.value.spec.start, ...draft.value.more]
    .filter((_, at) => at !== k);
  changeDraft({more: more as Json[], spec: {...draft.value.spec, start: first}});
}
