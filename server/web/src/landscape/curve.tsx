// curve.tsx - the loss over one variable: its curve, the steps, the tangent.
import {effect, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import type {Landscape as Grid} from "../api/types";
import {real} from "../format";
import {frameBefore} from "../frames";
import {inkColour, traceMark} from "../palette";
import {dark} from "../state/theme";
import {listenGestures} from "./gestures";
import {axisInk, fitCanvas, line, paintAxes, planeOf, xToPixel, yToPixel,
        type Bounds, type Plane} from "./plane";
import type {Path} from "./trail";

export interface CurveProps {
  /** A landscape of one variable; null: not yet. */
  grid: Grid | null;
  /** `y` is not used: points lie at their loss. */
  paths: Path[];
  at: Signal<number>;
  /** A click, as to put a start there. */
  onPick?(x: number): void;
  /** The start of path k was dragged. */
  onMoveStart?(k: number, x: number): void;
  /** The path that others step back for. */
  lit?: number | null;
}

const HANDLE_PIXELS = 12;

export function Curve(props: CurveProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const live = useMemo(() => ({props, width: 0, height: 0}), []);
  live.props = props;

  function paint(): void {
    if (!live.width || !canvas.current) return;
    paintCurve(canvas.current, live.props, live.width, live.height);
  }

  useEffect(() => {
    const element = host.current!;
    const resized = new ResizeObserver(() => {
      live.width = element.clientWidth;
      live.height = element.clientHeight;
      paint();
    });
    resized.observe(element);
    const plane = (): Plane => planeOf(live.width, live.height, live.props.grid
      ? boundsOf(live.props.grid, live.props.paths) : [0, 1, 0, 1]);
    const stop = listenGestures(element, {
      plane,
      onBounds: () => {},
      onClick: x => live.props.onPick?.(x),
      onPoint: () => {},
      grab: (px, py) => {
        const {paths, onMoveStart} = live.props;
        const k = paths.findIndex(path => path.x.length && Math.hypot(
          xToPixel(plane(), path.x[0] ?? NaN) - px,
          yToPixel(plane(), path.loss?.[0] ?? NaN) - py) <= HANDLE_PIXELS);
        return k < 0 || !onMoveStart ? null : x => onMoveStart(k, x);
      },
    });
    return () => {
      resized.disconnect();
      stop();
    };
  }, []);
  useEffect(() => effect(() => {
    props.at.value;
    paint();
  }), [props.at, props.grid, props.paths, props.lit, dark.value]);

  return (
    <figure class="landscape">
      <div class="landscape-canvas" ref={host} role="img" aria-label={sentenceOf(props)}>
        <canvas ref={canvas} />
      </div>
    </figure>
  );
}

function boundsOf(grid: Grid, paths: Path[]): Bounds {
  let low = Infinity, high = -Infinity;
  for (const value of grid.loss as (number | null)[]) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const [x0, x1] = grid.bounds;
  for (const path of paths) {
    path.loss?.forEach((loss, k) => {
      const x = path.x[k];
      if (loss !== null && x !== null && x >= x0 && x <= x1) low = Math.min(low, loss);
    });
  }
  if (!(low <= high)) return [x0, x1, 0, 1];
  const margin = (high - low) * 0.06 || 1;
  return [x0, x1, low - margin, high + margin];
}

function paintCurve(canvas: HTMLCanvasElement, {grid, paths, at, lit}: CurveProps,
                    width: number, height: number): void {
  const context = fitCanvas(canvas, width, height);
  if (!grid) return;
  const plane = planeOf(width, height, boundsOf(grid, paths));
  const name = grid.plane.variables?.[0] ?? "x";
  paintAxes(context, plane, [name, "loss"], axisInk(), true);
  context.save();
  context.beginPath();
  context.rect(plane.left, plane.top, plane.width, plane.height);
  context.clip();
  context.lineJoin = "round";

  const style = getComputedStyle(document.documentElement);
  context.strokeStyle = style.getPropertyValue("--curve");
  context.lineWidth = 2;
  context.beginPath();
  let pen = false;
  (grid.loss as (number | null)[]).forEach((loss, i) => {
    if (loss === null) {
      pen = false;
      return;
    }
    context[pen ? "lineTo" : "moveTo"](xToPixel(plane, grid.x[i]), yToPixel(plane, loss));
    pen = true;
  });
  context.stroke();
  paths.forEach((path, k) => {
    const faded = lit !== null && lit !== undefined && lit !== k;
    paintSteps(context, plane, grid, path, at.peek(), faded ? 0.25 : 1);
  });
  context.restore();
}

function paintSteps(context: CanvasRenderingContext2D, plane: Plane, grid: Grid,
                    path: Path, t: number, alpha: number): void {
  const colour = inkColour(path.ink, dark.peek());
  const here = frameBefore(path.t, t);
  const at = (k: number): [number, number] | null => {
    const x = path.x[k], loss = path.loss?.[k] ?? null;
    return x === null || loss === null ? null
      : [xToPixel(plane, x), yToPixel(plane, loss)];
  };

  // A stair: along to the next x at this height, then down or up to its loss.
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.globalAlpha = 0.75 * alpha;
  context.beginPath();
  let pen = false;
  for (let k = 0; k <= here; k++) {
    const point = at(k);
    if (!point) {
      pen = false;
      continue;
    }
    const before = pen ? at(k - 1) : null;
    if (!before) context.moveTo(...point);
    else {
      context.lineTo(point[0], before[1]);
      context.lineTo(...point);
    }
    pen = true;
  }
  context.stroke();
  context.globalAlpha = alpha;

  const x = path.x[here], head = at(here);
  if (head && x !== null) paintTangent(context, plane, grid, x, head);
  context.fillStyle = colour;
  for (let k = 0; k < here && here < 2000; k++) {
    const point = at(k);
    if (!point) continue;
    context.beginPath();
    context.arc(...point, 2.5, 0, 2 * Math.PI);
    context.fill();
  }
  const start = at(0);
  const page = getComputedStyle(document.documentElement).getPropertyValue("--sheet");
  for (const [point, filled] of [[start, false], [head, true]] as const) {
    if (!point) continue;
    context.beginPath();
    traceMark(context, path.ink, ...point, filled ? 6.5 : 5);
    context.lineWidth = 2;
    context.strokeStyle = filled ? page : colour;
    context.fillStyle = filled ? colour : page;
    context.fill();
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The slope at the head, from the curve's own points beside it. */
function paintTangent(context: CanvasRenderingContext2D, plane: Plane,
                      grid: Grid, x: number, [px, py]: [number, number]): void {
  const i = Math.min(Math.max(frameBefore(grid.x, x), 1), grid.x.length - 2);
  const [before, after] = [grid.loss[i - 1], grid.loss[i + 1]] as (number | null)[];
  if (before === null || after === null) return;
  const dx = xToPixel(plane, grid.x[i + 1]) - xToPixel(plane, grid.x[i - 1]);
  const dy = yToPixel(plane, after) - yToPixel(plane, before);
  const length = Math.hypot(dx, dy), reach = 60;
  context.save();
  context.setLineDash([4, 4]);
  context.lineWidth = 1.25;
  context.strokeStyle = getComputedStyle(document.documentElement)
    .getPropertyValue("--muted");
  line(context, px - dx / length * reach, py - dy / length * reach,
       px + dx / length * reach, py + dy / length * reach);
  context.restore();
}

function sentenceOf({grid, paths}: CurveProps): string {
  if (!grid) return "The curve is being worked out.";
  const ways = paths.map(path => {
    const last = path.x.length - 1;
    return `${path.name} from ${real(path.x[0])} to ${real(path.x[last])}`;
  });
  return `The loss over ${grid.plane.variables?.[0] ?? "x"} from ` +
    `${real(grid.bounds[0])} to ${real(grid.bounds[1])}: ` +
    `${real(grid.least)} to ${real(grid.greatest)}. ${ways.join("; ")}.`;
}
