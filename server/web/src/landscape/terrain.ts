// terrain.ts - a grid of losses as bands of colour and lines between them.
import type {Landscape} from "../api/types";
import {mapColour, missing} from "../palette";
import {ringsAbove} from "./contours";
import {chooseLevels} from "./levels";
import {xToPixel, yToPixel, type Bounds, type Plane} from "./plane";

export interface Terrain {
  nx: number;
  ny: number;
  /** Of the first and the last column and row. */
  bounds: Bounds;
  /** [ny * nx], rows from low y to high; Infinity where not finite. */
  values: Float64Array;
  /** In cells: what is above each level, rising. */
  bands: Path2D[];
  /** In cells: where the loss is not finite; null: nowhere. */
  gaps: Path2D | null;
}

/* Several maps of one grid are worked out once. */
const known = new WeakMap<Landscape, [boolean, Terrain | null]>();

/** What is painted of a grid; some 70 ms of 200 by 200. */
export function terrainOf(grid: Landscape, linear = false): Terrain | null {
  const found = known.get(grid);
  if (found?.[0] === linear) return found[1];
  const terrain = workOut(grid, linear);
  known.set(grid, [linear, terrain]);
  return terrain;
}

function workOut(grid: Landscape, linear: boolean): Terrain | null {
  if (!grid.y || !Array.isArray(grid.loss[0])) return null;
  const rows = grid.loss as (number | null)[][];
  const nx = grid.x.length, ny = grid.y.length;
  const values = new Float64Array(nx * ny);
  let gaps: Path2D | null = null;

  rows.forEach((row, j) => row.forEach((loss, i) => {
    values[j * nx + i] = loss ?? Infinity;
    if (loss === null) (gaps ??= new Path2D()).rect(i, j, 1.02, 1.02);
  }));
  const levels = chooseLevels(values, linear);
  return {
    nx, ny, values, gaps,
    bounds: [grid.x[0], grid.x[nx - 1], grid.y[0], grid.y[ny - 1]],
    bands: levels.at.map(level => pathOf(ringsAbove(values, nx, ny, level))),
  };
}

function pathOf(rings: number[][][]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], k) => k ? path.lineTo(x, y) : path.moveTo(x, y));
    path.closePath();
  }
  return path;
}

/** From cells to pixels: cell i has its number at i + ½. */
function cellsToPixels({nx, ny, bounds: [x0, x1, y0, y1]}: Terrain,
                       plane: Plane): DOMMatrix {
  const left = xToPixel(plane, x0), bottom = yToPixel(plane, y0);
  const cellWidth = (xToPixel(plane, x1) - left) / (nx - 1);
  const cellHeight = (yToPixel(plane, y1) - bottom) / (ny - 1);
  return new DOMMatrix([cellWidth, 0, 0, cellHeight,
                        left - cellWidth / 2, bottom - cellHeight / 2]);
}

export function paintTerrain(context: CanvasRenderingContext2D,
                             terrain: Terrain, plane: Plane): void {
  const matrix = cellsToPixels(terrain, plane);
  const ground = new Path2D(), cells = new Path2D();
  cells.rect(0, 0, terrain.nx, terrain.ny);
  ground.addPath(cells, matrix);

  context.save();
  context.beginPath();
  context.rect(plane.left, plane.top, plane.width, plane.height);
  context.clip();
  context.fillStyle = mapColour(0);
  context.fill(ground);
  context.lineWidth = 0.6;
  context.strokeStyle = "rgb(12 20 32 / 0.28)";
  terrain.bands.forEach((band, k) => {
    const path = new Path2D();
    path.addPath(band, matrix);
    context.fillStyle = mapColour((k + 1) / terrain.bands.length);
    context.fill(path);
    context.stroke(path);
  });
  if (terrain.gaps) {
    const path = new Path2D();
    path.addPath(terrain.gaps, matrix);
    context.fillStyle = missing;
    context.fill(path);
  }
  context.restore();
}

/** The loss at a point, between the four numbers around it; NaN outside. */
export function lossAt({nx, ny, bounds: [x0, x1, y0, y1], values}: Terrain,
                       x: number, y: number): number {
  const u = (x - x0) / (x1 - x0) * (nx - 1), v = (y - y0) / (y1 - y0) * (ny - 1);
  if (!(u >= 0 && v >= 0 && u <= nx - 1 && v <= ny - 1)) return NaN;
  const i = Math.min(Math.floor(u), nx - 2), j = Math.min(Math.floor(v), ny - 2);
  const [a, b] = [u - i, v - j], k = j * nx + i;
  return (values[k] * (1 - a) + values[k + 1] * a) * (1 - b) +
    (values[k + nx] * (1 - a) + values[k + nx + 1] * a) * b;
}

/** The loss' slope at a point, over a cell to each side; null where the grid
 *  does not tell it. */
export function slopeAt(terrain: Terrain, x: number, y: number):
    [number, number] | null {
  const {nx, ny, bounds: [x0, x1, y0, y1]} = terrain;
  const hx = (x1 - x0) / (nx - 1), hy = (y1 - y0) / (ny - 1);
  const slope: [number, number] = [
    (lossAt(terrain, x + hx, y) - lossAt(terrain, x - hx, y)) / (2 * hx),
    (lossAt(terrain, x, y + hy) - lossAt(terrain, x, y - hy)) / (2 * hy)];
  return slope.every(Number.isFinite) ? slope : null;
}
