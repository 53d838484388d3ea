// ticks.ts - where an axis has its numbers, and how they are written.
import {real} from "../format";

/** Round numbers in [low, high], about `count` of them. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(factor => factor * power >= rough)! * power;
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** Powers of ten in [low, high], thinned to about `count`; of a short range
 *  1, 2, 5 within each decade, or evenly spaced numbers. */
export function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const decades = last - first + 1;
  if (decades >= 3) {
    const every = Math.ceil(decades / Math.max(count, 1));
    const ticks = [];
    for (let d = Math.ceil(first / every) * every; d <= last; d += every) {
      ticks.push(Number(`1e${d}`));
    }
    return ticks;
  }
  const ticks = [];
  for (let d = first - 1; d <= last; d++) {
    for (const factor of [1, 2, 5]) {
      const tick = Number(`${factor}e${d}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  if (ticks.length > 1.5 * count && decades >= 2) {
    return ticks.filter(tick => Number.isInteger(Math.log10(tick)));
  }
  return ticks.length >= 2 ? ticks
    : linearTicks(low, high, count).filter(tick => tick > 0);
}

/** 0, 1, 10, 100, … up to `high`: of an axis that is linear below one. */
export function symlogTicks(low: number, high: number, count: number): number[] {
  const above = high > 1 ? logTicks(Math.max(low, 1), high, count) : [];
  return low <= 0 ? [0, ...above] : above;
}

const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Large and small ones as 10⁴ or 2·10⁻⁷, others plainly. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5 && size !== 1e4)) return real(value, 6);
  const [mantissa, power] = value.toExponential().split("e");
  const factor = Number(Number(mantissa).toPrecision(6));
  return (factor === 1 ? "" : factor === -1 ? "−" : `${real(factor, 6)}·`) + "10" +
    power.replace("+", "").replace("-", "⁻")
      .replace(/\d/g, digit => raised[Number(digit)]);
}
