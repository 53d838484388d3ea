// arrows.ts - at a path's head: where the loss falls fastest, and where the
// next step goes.
import {frameBefore} from "../frames";
import {casing, inkOf} from "../palette";
import {xToPixel, yToPixel, type Plane} from "./plane";
import {slopeAt, type Terrain} from "./terrain";
import type {Path} from "./trail";

const DOWN_PIXELS = 52;
const STEP_PIXELS_MIN = 16; // so that its direction is seen
const BARB_PIXELS = 7;
export const downInk = "#ffffff";

/** An arrow from a point by (dx, dy), both in pixels. */
function paintArrow(context: CanvasRenderingContext2D, x: number, y: number,
                    dx: number, dy: number, colour: string): void {
  const [tx, ty] = [x + dx, y + dy], angle = Math.atan2(dy, dx);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(tx, ty);
  for (const side of [-0.45, 0.45]) {
    context.moveTo(tx, ty);
    context.lineTo(tx - BARB_PIXELS * Math.cos(angle + side),
                   ty - BARB_PIXELS * Math.sin(angle + side));
  }
  for (const [ink, width] of [[casing, 4.5], [colour, 2]] as const) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.stroke();
  }
}

/** The two arrows of a path at `t`. The first has one length: a gradient is no
 *  distance. The second ends where the next point is. */
export function paintArrows(context: CanvasRenderingContext2D, plane: Plane,
                            terrain: Terrain, path: Path, t: number): void {
  const k = frameBefore(path.t, t), x = path.x[k], y = path.y[k];
  if (x === null || x === undefined || y === null) return;
  const px = xToPixel(plane, x), py = yToPixel(plane, y);
  const [x0, x1, y0, y1] = plane.bounds;
  const slope = slopeAt(terrain, x, y);

  context.save();
  context.lineCap = context.lineJoin = "round";
  if (slope) {
    // Steepest in the plot's numbers, then drawn as the axes have them.
    const dx = -slope[0] * plane.width / (x1 - x0);
    const dy = slope[1] * plane.height / (y1 - y0);
    const length = Math.hypot(dx, dy);
    if (length > 0) {
      paintArrow(context, px, py, dx / length * DOWN_PIXELS,
                 dy / length * DOWN_PIXELS, downInk);
    }
  }
  const nx = path.x[k + 1] ?? null, ny = path.y[k + 1] ?? null;
  if (nx !== null && ny !== null) {
    const dx = xToPixel(plane, nx) - px, dy = yToPixel(plane, ny) - py;
    const length = Math.hypot(dx, dy), reach = Math.max(STEP_PIXELS_MIN / length, 1);
    if (length > 0) {
      paintArrow(context, px, py, dx * reach, dy * reach, inkOf(path.ink).map);
    }
  }
  context.restore();
}
