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
