// smooth.ts - a running mean that forgets, as curves are smoothed.
import type {Real} from "../api/types";

/**
 * The mean of the values so far, of which each weighs `weight` less for every
 * step that lies behind; unbiased at the beginning. A step is the mean distance
 * of two x, so that where points lie closer (a thinned curve) they weigh less.
 * What is not finite stays where it is, and is left out of the means.
 *
 *   m = m wᵈ + y,  n = n wᵈ + 1,  smoothed = m / n,  d = (x - x before) / step
 */
export function smoothed(x: number[], y: Real[], weight: number): Real[] {
  if (!(weight > 0) || x.length < 3) return y;
  const step = (x[x.length - 1] - x[0]) / (x.length - 1) || 1;
  let sum = 0, count = 0, last = NaN;
  return y.map((value, k) => {
    if (value === null) return null;
    const kept = Number.isNaN(last) ? 0 : weight ** ((x[k] - last) / step);
    last = x[k];
    sum = sum * kept + value;
    count = count * kept + 1;
    return sum / count;
  });
}
