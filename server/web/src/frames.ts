// frames.ts - places in a rising column of numbers.

/** The last place at or before `value`; 0 where there is none. */
export function frameBefore(frames: ArrayLike<number>, value: number): number {
  let low = 0, high = frames.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (frames[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The place whose number is nearest to `value`. */
export function frameNearest(frames: ArrayLike<number>, value: number): number {
  const before = frameBefore(frames, value), after = before + 1;
  return after < frames.length &&
    frames[after] - value < value - frames[before] ? after : before;
}

/** What `values` has at `at` of `frames`: between two of them evenly. */
export function between(frames: ArrayLike<number>,
                        values: ArrayLike<number | null>, at: number): number {
  const before = frameBefore(frames, at);
  const low = values[before] ?? NaN, high = values[before + 1] ?? low;
  const gap = frames[before + 1] - frames[before];
  const part = gap > 0 ? Math.min(Math.max((at - frames[before]) / gap, 0), 1) : 0;
  return low + part * (high - low);
}
