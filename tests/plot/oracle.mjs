// oracle.mjs - our contours against d3-contour's, grid by grid.
//
//   ISOBANDS=build/test/tests/plot/isobands node --test oracle.mjs
//
// d3-contour puts node i at i + 1/2 and goes on half a cell beyond the outer
// nodes; its polygons are cut to the grid before areas are compared. Cells with
// two high corners across from each other are joined by their mean here, always
// the same way there: areas may differ by a cell for each of them.
import assert from "node:assert/strict";
import {spawnSync} from "node:child_process";
import test from "node:test";
import {contours} from "d3-contour";

const isobands = process.env.ISOBANDS;

function grid(nx, ny, [x0, x1], [y0, y1], f) {
  const values = [];
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++)
      values.push(f(x0 + (x1 - x0) * i / (nx - 1),
                    y0 + (y1 - y0) * j / (ny - 1)));
  return {nx, ny, values};
}

// Numbers that look random, the same in every run.
function noise() {
  let state = 1;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

const random = noise();
const grids = {
  rosenbrock: grid(80, 60, [-2, 2], [-1, 3],
    (x, y) => 100 * (y - x * x) ** 2 + (1 - x) ** 2),
  himmelblau: grid(200, 200, [-5, 5], [-5, 5],
    (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2),
  beale: grid(70, 90, [-4.5, 4.5], [-4.5, 4.5],
    (x, y) => (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2
      + (2.625 - x + x * y ** 3) ** 2),
  saddle: grid(41, 41, [-1, 1], [-1, 1], (x, y) => x * y + 0.013),
  rastrigin: grid(101, 51, [-3, 3], [-2, 2],
    (x, y) => 20 + x * x - 10 * Math.cos(2 * Math.PI * x)
      + y * y - 10 * Math.cos(2 * Math.PI * y)),
  plateaus: grid(50, 50, [-3, 3], [-3, 3],
    (x, y) => Math.floor(Math.hypot(x, y) * 2)),
  tilted: grid(2, 2, [0, 1], [0, 1], (x, y) => x + 2 * y),
  narrow: grid(3, 200, [0, 1], [0, 9], (x, y) => Math.sin(y) + x),
  noise: grid(40, 40, [0, 1], [0, 1], () => random()),
  huge: grid(30, 30, [-1, 1], [-1, 1], (x, y) => 1e308 * x * (y + 0.3)),
  tiny: grid(30, 30, [-1, 1], [-1, 1], (x, y) => 1e-300 * (x * x + y * y)),
  constant: grid(9, 9, [0, 1], [0, 1], () => 4),
};

function levelsOf({values}) {
  const low = Math.min(...values), high = Math.max(...values);
  const levels = [low];
  for (let k = 1; k < 10; k++)
    levels.push(low + (high / 2 - low / 2) * 2 * (k + 0.0371) / 10);
  return [...new Set(levels)];
}

function trace({nx, ny, values}, levels) {
  const input = [nx, ny, levels.length, ...levels, ...values].join("\n");
  const {stdout, status} = spawnSync(isobands,
    {input: input.replaceAll("Infinity", "inf"), encoding: "utf8",
     maxBuffer: 1 << 28});
  assert.equal(status, 0);
  return stdout.trim().split("\n").map(line => JSON.parse(line));
}

function area(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
    sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
  return sum / 2;
}

const areaOf = rings => rings.reduce((sum, ring) => sum + area(ring), 0);

// Sutherland and Hodgman: the part of a ring where coordinate c is on the
// side of `at` that sign says.
function cut(ring, c, at, sign) {
  const kept = [], inside = p => sign * (p[c] - at) >= 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[j], b = ring[i], t = (at - a[c]) / (b[c] - a[c]);
    if (inside(a) !== inside(b))
      kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    if (inside(b))
      kept.push(b);
  }
  return kept;
}

function areaByD3({nx, ny, values}, level) {
  const {coordinates} = contours().size([nx, ny]).contour(values, level);
  let sum = 0;
  for (const polygon of coordinates)
    polygon.forEach((ring, hole) => {
      let part = ring.slice(1);
      for (const [c, n] of [[0, nx], [1, ny]])
        part = cut(cut(part, c, 0.5, 1), c, n - 0.5, -1);
      sum += (hole ? -1 : 1) * Math.abs(area(part));
    });
  return sum;
}

function ambiguous({nx, ny, values}, level) {
  let count = 0;
  for (let j = 0; j + 1 < ny; j++)
    for (let i = 0; i + 1 < nx; i++) {
      const high = [0, 1, nx + 1, nx].map(k => values[j * nx + i + k] >= level);
      count += high[0] === high[2] && high[1] === high[3]
        && high[0] !== high[1];
    }
  return count;
}

// By the rule of even and odd crossings.
function holds(rings, x, y) {
  let inside = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi)
        inside = !inside;
    }
  return inside;
}

const inward = (i, n) => Math.min(Math.max(i, 1e-6), n - 1 - 1e-6);

for (const [name, it] of Object.entries(grids)) {
  const levels = levelsOf(it), found = trace(it, levels);

  test(`${name}: areas are d3-contour's`, () => {
    levels.forEach((level, k) => {
      const ours = areaOf(found[k]), theirs = areaByD3(it, level);
      const bound = ambiguous(it, level) + 1e-6 * it.nx * it.ny;
      assert.ok(Math.abs(ours - theirs) <= bound,
        `level ${level}: ${ours}, d3-contour ${theirs}, bound ${bound}`);
    });
  });

  test(`${name}: bands lie within one another`, () => {
    const areas = found.map(areaOf);
    const whole = (it.nx - 1) * (it.ny - 1);
    assert.ok(Math.abs(areas[0] - whole) < 1e-9 * whole);
    for (let k = 1; k < areas.length; k++)
      assert.ok(areas[k] <= areas[k - 1] + 1e-9 && areas[k] >= -1e-9);
  });

  test(`${name}: grid points lie in the bands of their values`, () => {
    const step = Math.ceil(it.values.length / 2000);
    const range = Math.max(...it.values) / 2 - Math.min(...it.values) / 2;
    levels.forEach((level, k) => {
      for (let at = 0; at < it.values.length; at += step) {
        const value = it.values[at];
        if (Math.abs(value / 2 - level / 2) <= 1e-4 * range)
          continue; // on the ring
        const x = inward(at % it.nx, it.nx);
        const y = inward(Math.floor(at / it.nx), it.ny);
        assert.equal(holds(found[k], x, y), value >= level,
          `value ${value} at (${x}, ${y}), level ${level}`);
      }
    });
  });
}

test("what is not finite bounds a region in the middle of its edges", () => {
  const it = grid(9, 9, [-4, 4], [-4, 4], (x, y) => x * x + y * y);
  it.values[4 * 9 + 4] = NaN;
  it.values[2 * 9 + 2] = Infinity;
  it.values[6 * 9 + 6] = -Infinity;
  const [all, far] = trace(it, [0, 1e9]);
  // Two diamonds of half a cell's diagonal are missing; one is there.
  assert.ok(Math.abs(areaOf(all) - (64 - 0.5 - 0.5)) < 1e-12);
  assert.ok(Math.abs(areaOf(far) - 0.5) < 1e-12);
});
