// trail.ts - the path of a run above the map: where it was, where it is.
//
// A path has a dark casing, so that it reads on both ends of the map. What is
// still to come is thin. The start's mark is hollow, the head's filled.
import type {Real} from "../api/types";
import {frameBefore} from "../frames";
import {casing, inkOf, traceMark} from "../palette";
import {xToPixel, yToPixel, type Plane} from "./plane";

export interface Path {
  name: string;
  ink: number;
  /** Of each point: what the player counts; rising. */
  t: number[];
  x: Real[];
  y: Real[];
  loss?: Real[];
}

/** A path in pixels, without points that lie in the one before. */
export interface Trail {
  path: Path;
  t: number[];
  x: number[];
  y: number[];
  /** Steps are mostly shorter than some pixels: no marks on them. */
  dense: boolean;
}

const SAME_PIXEL = 0.7;
const DENSE_PIXELS = 7;

export function trailOf(path: Path, plane: Plane): Trail {
  const trail: Trail = {path, t: [], x: [], y: [], dense: false};
  let steps = 0, length = 0;
  path.t.forEach((t, k) => {
    const [px, py] = [path.x[k], path.y[k]];
    if (px === null || py === null) return;
    const x = xToPixel(plane, px), y = yToPixel(plane, py);
    const last = trail.x.length - 1;
    const gap = last < 0 ? Infinity
      : Math.abs(x - trail.x[last]) + Math.abs(y - trail.y[last]);
    if (gap < SAME_PIXEL && k < path.t.length - 1) return;
    if (Number.isFinite(gap)) {
      steps++;
      length += Math.min(gap, 50);
    }
    trail.t.push(t);
    trail.x.push(x);
    trail.y.push(y);
  });
  trail.dense = steps > 400 || length / Math.max(steps, 1) < DENSE_PIXELS;
  return trail;
}

/** Where the head is at `t`: between two points when it moves. */
export function headOf({t: times, x, y}: Trail, t: number): [number, number] {
  const k = frameBefore(times, t), gap = times[k + 1] - times[k];
  const part = gap > 0 ? Math.min(Math.max((t - times[k]) / gap, 0), 1) : 0;
  return part ? [x[k] + part * (x[k + 1] - x[k]), y[k] + part * (y[k + 1] - y[k])]
    : [x[k], y[k]];
}

/** Far outside a canvas' numbers overflow; a line may well lead there. */
const tame = (pixel: number): number => Math.min(Math.max(pixel, -1e5), 1e5);

export function paintTrail(context: CanvasRenderingContext2D, trail: Trail,
                           t: number, faded: boolean): void {
  const {x, y, path, dense} = trail, ink = inkOf(path.ink);
  if (!x.length) return;
  const here = frameBefore(trail.t, t), head = headOf(trail, t);
  const trace = (from: number, to: number, end?: [number, number]) => {
    context.beginPath();
    context.moveTo(tame(x[from]), tame(y[from]));
    for (let k = from + 1; k <= to; k++) context.lineTo(tame(x[k]), tame(y[k]));
    if (end) context.lineTo(tame(end[0]), tame(end[1]));
  };

  context.save();
  context.lineJoin = context.lineCap = "round";
  context.globalAlpha = faded ? 0.2 : 0.5;
  if (here < x.length - 1) {
    trace(here, x.length - 1);
    context.strokeStyle = ink.map;
    context.lineWidth = 1;
    context.stroke();
  }
  context.globalAlpha = faded ? 0.3 : 1;
  if (t >= trail.t[0]) {
    trace(0, here, head);
    context.strokeStyle = casing;
    context.lineWidth = dense ? 2.6 : 4;
    context.stroke();
    context.strokeStyle = ink.map;
    context.lineWidth = dense ? 1.4 : 2;
    context.setLineDash(dense ? [] : ink.dash);
    context.stroke();
    context.setLineDash([]);
  }
  if (!dense) {
    context.beginPath();
    for (let k = 1; k <= here; k++) {
      context.moveTo(tame(x[k]) + 2.4, tame(y[k]));
      context.arc(tame(x[k]), tame(y[k]), 2.4, 0, 2 * Math.PI);
    }
    context.fillStyle = ink.map;
    context.strokeStyle = casing;
    context.lineWidth = 0.8;
    context.fill();
    context.stroke();
  }
  context.restore();
}

/** The marks of start and head, above all lines. */
export function paintMarks(context: CanvasRenderingContext2D, trail: Trail,
                           t: number, faded: boolean): void {
  const {x, y, path} = trail;
  if (!x.length) return;
  const [hx, hy] = headOf(trail, t), {map} = inkOf(path.ink);

  context.save();
  context.globalAlpha = faded ? 0.35 : 1;
  context.lineJoin = "round";
  mark(context, path.ink, tame(x[0]), tame(y[0]), 4.5);
  context.lineWidth = 4;
  context.strokeStyle = casing;
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = map;
  context.stroke();
  mark(context, path.ink, tame(hx), tame(hy), 6.5);
  context.lineWidth = 3;
  context.strokeStyle = casing;
  context.stroke();
  context.fillStyle = map;
  context.fill();
  context.restore();
}

function mark(context: CanvasRenderingContext2D, ink: number, x: number,
              y: number, radius: number): void {
  context.beginPath();
  traceMark(context, ink, x, y, radius);
}

/** A + at a minimum that is known, a small one where one is found. */
export function paintMinimum(context: CanvasRenderingContext2D, x: number,
                             y: number, known: boolean): void {
  const size = known ? 7 : 4.5;
  for (const [colour, width] of [["#fff", 4.5], [casing, 1.8]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - size, y);
    context.lineTo(x + size, y);
    context.moveTo(x, y - size);
    context.lineTo(x, y + size);
    context.stroke();
  }
}
