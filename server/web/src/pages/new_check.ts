// new_check.ts - what the server says to a draft: faults, the first steps, the
// landscape. Asked again while one drags, one question after the other.
import {effect, signal} from "@preact/signals";
import {useEffect} from "preact/hooks";

import {Failure, keyVersion, post, withQuery} from "../api/client";
import type {Fault, Landscape, Minimum, Nonfinite, Outcome, Real, Spec} from "../api/types";
import {queried} from "../state/route";
import {draft, isTyped, specsOf} from "./new_state";

export const STEPS = 60;
const DRAGGED_MS = 30;
const TYPED_MS = 250;
const CELLS = {1: 400, 2: 160} as Record<number, number>;
/* Beside the path there is room, also on the side that it does not come from. */
const MARGIN = 1.15;
const NARROW = 0.4; // the shorter side of a box, by the longer one

export interface Preview {
  iterations: number;
  complete: boolean;
  columns: Record<string, Real[]> & {iteration: number[]; loss: Real[]};
  nonfinite: Nonfinite[];
  outcome: Outcome | null;
}

interface DryRun {
  prediction: {dimension: number; memory_bytes: number;
    trace_rows_max: number; trace_bytes_max: number};
  spec: Spec;
  preview: Preview;
}

export interface Check {
  faults: Fault[];
  /** A refusal that is no fault of the spec. */
  failure: Failure | null;
  /** The spec with every default, and what it will take; the last good one. */
  full: Spec | null;
  prediction: DryRun["prediction"] | null;
  /** One a start; those of the last spec that had no fault. */
  previews: Preview[];
}

export const check = signal<Check>({
  faults: [], failure: null, full: null, prediction: null, previews: [],
});
export const checking = signal(false);
export const grid = signal<Landscape | null>(null);
export const gridFailure = signal<Failure | null>(null);

/** What the server says to one spec: an answer, or its refusal. */
async function askOne(spec: Spec): Promise<DryRun | Failure> {
  try {
    return await post<DryRun>(`/jobs?dry_run=true&preview=${STEPS}`, spec);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function ask(specs: Spec[]): Promise<Partial<Check>> {
  const answers = await Promise.all(specs.map(askOne));
  const failures = answers.filter(answer => answer instanceof Failure);
  const failure = failures.find(({faults}) => !faults.length);
  if (failure) return {faults: [], failure};
  if (failures.length) return {faults: faultsOf(answers), failure: null};

  const runs = answers as DryRun[];
  return {
    faults: [], failure: null, full: runs[0].spec,
    prediction: runs[0].prediction, previews: runs.map(run => run.preview),
  };
}

/** The faults of all, each once: those of a further start at `/more/K`. */
function faultsOf(answers: (DryRun | Failure)[]): Fault[] {
  const known = new Map<string, Fault>();
  answers.forEach((answer, k) => {
    if (!(answer instanceof Failure)) return;
    for (const fault of answer.faults) {
      const pointer = k ? fault.pointer?.replace(/^\/start(?=\/|$)/, `/more/${k - 1}`)
        : fault.pointer;
      known.set(`${pointer} ${fault.detail}`, {...fault, pointer});
    }
  });
  return [...known.values()];
}

/** Keep `check` and `grid` true to the draft while the page is shown. */
export function useCheck(): void {
  useEffect(() => {
    let timer = 0, busy = false, again = false, over = false;

    async function look(): Promise<void> {
      timer = 0;
      busy = true;
      again = false;
      const asked = draft.value;
      const answer = await ask(specsOf(asked));
      if (over) return;
      check.value = {...check.value, ...answer};
      if (!answer.faults?.length && !answer.failure) await lookAround(asked.spec);
      busy = false;
      if (over) return;
      if (again) later();
      else checking.value = false;
    }

    function later(): void {
      again = busy;
      checking.value = true;
      if (busy || (timer && !isTyped)) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => void look(), isTyped ? TYPED_MS : DRAGGED_MS);
    }

    const stop = effect(() => {
      draft.value;
      keyVersion.value;
      queried("view");
      later();
    });
    return () => {
      over = true;
      clearTimeout(timer);
      stop();
      shownOf = "";
    };
  }, []);
}

// ---- the landscape ----------------------------------------------------------

/** Of which objective and view `grid` is. */
let shownOf = "";

async function lookAround(spec: Spec): Promise<void> {
  const dimension = check.value.prediction?.dimension ?? 0;
  const view = queried("view"), key = JSON.stringify([spec.objective, view]);
  if (!CELLS[dimension]) {
    grid.value = null;
    shownOf = "";
    return;
  }
  if (key === shownOf && (view || !startsOutside())) return;
  shownOf = key;
  const {objective, start} = check.value.full!;
  const at = (cells: number, bounds: string | null): Promise<Landscape> =>
    post<Landscape>(withQuery("/landscape", {
      nx: cells, ny: dimension > 1 ? cells : null, bounds,
    }), start === null ? {objective} : {objective, start});
  try {
    // The smallest grid tells which minima the catalogue knows.
    const box = view || boxAround(check.value.previews, dimension,
                                  (await at(2, null)).minima)?.join();
    grid.value = await at(CELLS[dimension], box || null);
    gridFailure.value = null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    gridFailure.value = error;
  }
}

/** Ask for the box anew, where the path is by now. */
export function fitAgain(): void {
  shownOf = "";
  draft.value = {...draft.value};
}

function startsOutside(): boolean {
  const bounds = grid.value?.bounds ?? [];
  return check.value.previews.some(({columns}) => ["x.0", "x.1"].some((name, d) => {
    const x = columns[name]?.[0] ?? null;
    return x !== null && 2 * d < bounds.length &&
      (x < bounds[2 * d] || x > bounds[2 * d + 1]);
  }));
}

/** A box that holds the starts, what of the paths is no higher than these, and
 *  the minima that are known; where none is, about the lowest point, so that
 *  both sides of it are seen. null: it would have no size. */
export function boxAround(previews: Preview[], dimension: number,
                          minima: Minimum[] = []): number[] | null {
  const points = previews.flatMap(({columns}) => {
    const names = ["x.0", "x.1"].slice(0, dimension);
    const start = columns.loss[0];
    return columns.loss.map((loss, row) => ({
      loss: loss ?? Infinity, x: names.map(name => columns[name][row] ?? NaN),
    })).filter(({loss, x}, row) => x.every(Number.isFinite) &&
      (row === 0 || (start !== null && loss <= start)));
  });
  const known = minima.filter(minimum => minimum.known);
  points.push(...known.map(({loss, x, y = 0}) => ({loss, x: [x, y]})));
  if (!points.length) return null;

  const best = points.reduce((a, b) => b.loss < a.loss ? b : a).x;
  const sides = Array.from({length: dimension}, (_, d) => {
    const all = points.map(({x}) => x[d]);
    const low = Math.min(...all), high = Math.max(...all);
    const middle = known.length ? (low + high) / 2 : best[d];
    return {middle, reach: MARGIN * Math.max(high - middle, middle - low)};
  });
  const widest = Math.max(...sides.map(({reach}) => reach));
  if (!(widest > 0)) return null;
  return sides.flatMap(({middle, reach}) => {
    const half = Math.max(reach, NARROW * widest);
    return [middle - half, middle + half].map(edge => Number(edge.toPrecision(6)));
  });
}
