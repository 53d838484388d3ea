// levels.ts - the levels of filled contours: log-spaced above the minimum.
//
// Equally spaced in t(v) = log(1 + (v - least) / c), c being chosen so that
// half of them lie below the lower third of the grid, where paths go; above
// twice that t all is one band. As server/plot/levels.h has it.
const LEVELS = 18;

export interface Levels {
  least: number;
  /** Rising thresholds; empty where the landscape is level. */
  at: number[];
}

export function chooseLevels(values: ArrayLike<number>, linear = false): Levels {
  const finite = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (!finite.length) return {least: 0, at: []};
  const least = finite[0], greatest = finite[finite.length - 1];
  const most = greatest - least;
  if (!(most > 0)) return {least, at: []};

  const third = finite[Math.floor(finite.length / 3)] - least;
  const even = linear || !(third > 0) || most <= 2 * third;
  const c = third > 0 ? third / 8 : most / 1e3;
  const top = even ? 0 : Math.min(Math.log1p(most / c), 2 * Math.log1p(third / c));
  const at = [];
  for (let k = 1; k <= LEVELS; k++) {
    const part = k / (LEVELS + 1);
    const above = even ? part * most : c * Math.expm1(part * top);
    at.push(least + above);
  }
  return {least, at};
}
