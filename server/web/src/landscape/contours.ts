// contours.ts - rings around what is above a level, by marching squares.
//
// Between four neighbouring numbers a piece of ring cuts off the corners that
// are below: it goes from the side where one leaves what is above to the next
// side where one enters it again. The neighbour goes along a common side the
// other way, so that pieces follow each other and all rings turn alike, holes
// the other way. Outside of the grid all is below: rings are closed.

/**
 * Rings of [x, y] in cells, number i of a row lying at i + ½.
 *
 *   values  [ny * nx]  rows one after the other; Infinity is above every level
 */
export function ringsAbove(values: ArrayLike<number>, nx: number, ny: number,
                           level: number): number[][][] {
  const width = nx + 2, next = new Int32Array(2 * width * (ny + 2)).fill(-1);
  const at = (i: number, j: number): number =>
    i < 0 || j < 0 || i >= nx || j >= ny ? -Infinity : values[j * nx + i];
  const bit = (i: number, j: number): number => Number(at(i, j) >= level);
  // A side is named by its upper or left corner, and whether it goes down.
  const side = (i: number, j: number, k: number): number => k === 0 || k === 3
    ? 2 * ((j + 1) * width + i + 1) + Number(k === 3)
    : k === 1 ? side(i + 1, j, 3) : side(i, j + 1, 0);

  for (let j = -1; j < ny; j++) {
    for (let i = -1; i < nx; i++) {
      // The corners that are above, around the cell: bit k, and k + 4 again.
      const bits = bit(i, j) + 2 * bit(i + 1, j) + 4 * bit(i + 1, j + 1) +
        8 * bit(i, j + 1), above = bits * 17;
      if (bits === 0 || bits === 15) continue;
      for (let k = 0; k < 4; k++) {
        if ((above >> k & 3) !== 1) continue;
        let m = k + 1;
        while (!(above >> m + 1 & 1)) m++;
        next[side(i, j, k)] = side(i, j, m % 4);
      }
    }
  }

  function pointOf(name: number): number[] {
    const down = name & 1, corner = name >> 1;
    const i = corner % width - 1, j = Math.floor(corner / width) - 1;
    const from = at(i, j), to = at(i + 1 - down, j + down);
    const along = Number.isFinite(to - from) ? (level - from) / (to - from) : 0.5;
    return down ? [i + 0.5, j + 0.5 + along] : [i + 0.5 + along, j + 0.5];
  }

  const rings: number[][][] = [];
  next.forEach((_, first) => {
    const ring: number[][] = [];
    for (let name = first, then = next[name]; then >= 0; then = next[name]) {
      ring.push(pointOf(name));
      next[name] = -1;
      name = then;
    }
    if (ring.length) rings.push(ring);
  });
  return rings;
}
