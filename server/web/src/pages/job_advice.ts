// job_advice.ts - of a run that diverged: what its trace says to try.
import type {Json, Real, Spec, Trace} from "../api/types";
import {real, whole} from "../format";

/* The rules whose steps are the rate times the gradient and no more. */
const PLAIN = ["gradient_descent", "sgd"];
const GROWTHS_MIN = 3;
const SAME_GROWTH = 0.02;

export interface Advice {
  text: string;
  /** A learning rate that is worth a try. */
  rate: number | null;
}

/** In how many last steps the loss grew. */
export function growing(loss: Real[]): number {
  const finite = loss.filter(value => value !== null) as number[];
  let count = 0;
  while (count < finite.length - 1 &&
         finite[finite.length - 1 - count] > finite[finite.length - 2 - count]) count++;
  return count;
}

/**
 * Below which rate plain descent would not have diverged. Along a direction of
 * curvature c a step multiplies the gradient by 1 - rate c; where it grows by
 * the same factor r each time, r = rate c - 1 and the border is 2 / c =
 * 2 rate / (1 + r). null where it does not grow so evenly.
 */
export function borderRate(norms: Real[], rate: number): number | null {
  const finite = norms.filter(value => value !== null && value > 0) as number[];
  const last = finite.slice(-GROWTHS_MIN - 1);
  if (last.length <= GROWTHS_MIN) return null;
  const growths = last.slice(1).map((norm, k) => norm / last[k]);
  const r = growths[growths.length - 1];
  const even = growths.every(growth => Math.abs(growth / r - 1) < SAME_GROWTH);
  return r > 1 && even && Number.isFinite(r) ? 2 * rate / (1 + r) : null;
}

const member = (spec: Spec | null, name: string): Json | undefined =>
  (spec?.optimizer as {[name: string]: Json | undefined} | undefined)?.[name];

export function adviceOf(spec: Spec | null, trace: Trace | null): Advice {
  const rate = member(spec, "learning_rate");
  const rows = trace?.sampling.exact ? trace.columns : null;
  const grew = rows?.loss ? growing(rows.loss) : 0;
  const grown = grew >= GROWTHS_MIN
    ? `The loss grew ${whole(grew)} steps in a row. ` : "";
  if (typeof rate !== "number" || !(rate > 0)) return {text: grown, rate: null};

  const plain = PLAIN.includes(String(member(spec, "type"))) &&
    !member(spec, "momentum") && !member(spec, "weight_decay");
  const border = plain && rows?.gradient_norm
    ? borderRate(rows.gradient_norm, rate) : null;
  const next = Number(((border ?? rate / 5) / 2).toPrecision(2));
  return border !== null && border < rate ? {
    text: `${grown}With this curvature the learning rate must stay below ${real(border, 3)}; it was ${real(rate, 4)}.`,
    rate: next,
  } : {text: `${grown}The learning rate was ${real(rate, 4)}.`, rate: next};
}
