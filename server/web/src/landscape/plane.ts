// plane.ts - between the numbers of a plot and the pixels of its canvas.
import type {Pen} from "../chart/svg";
import {linearTicks, tickLabel} from "../chart/ticks";

/** x0, x1, y0, y1 in the plot's numbers. */
export type Bounds = [number, number, number, number];

export interface Plane {
  /** The plot's rectangle in CSS pixels. */
  left: number;
  top: number;
  width: number;
  height: number;
  bounds: Bounds;
}

const MARGIN = {left: 46, right: 10, top: 10, bottom: 34};

export function planeOf(width: number, height: number, bounds: Bounds): Plane {
  return {
    left: MARGIN.left, top: MARGIN.top,
    width: Math.max(width - MARGIN.left - MARGIN.right, 10),
    height: Math.max(height - MARGIN.top - MARGIN.bottom, 10), bounds,
  };
}

export const xToPixel = ({left, width, bounds: [x0, x1]}: Plane, x: number): number =>
  left + (x - x0) / (x1 - x0) * width;

export const yToPixel = ({top, height, bounds: [, , y0, y1]}: Plane, y: number): number =>
  top + (y1 - y) / (y1 - y0) * height;

export const pixelToX = ({left, width, bounds: [x0, x1]}: Plane, x: number): number =>
  x0 + (x - left) / width * (x1 - x0);

export const pixelToY = ({top, height, bounds: [, , y0, y1]}: Plane, y: number): number =>
  y1 - (y - top) / height * (y1 - y0);

export const isInside = (plane: Plane, x: number, y: number): boolean =>
  x >= plane.left && x <= plane.left + plane.width &&
  y >= plane.top && y <= plane.top + plane.height;

/** The bounds after `factor` of zoom about a point; below 1 comes closer. */
export function zoomed([x0, x1, y0, y1]: Bounds, factor: number, x: number,
                       y: number): Bounds {
  return [x + (x0 - x) * factor, x + (x1 - x) * factor,
          y + (y0 - y) * factor, y + (y1 - y) * factor];
}

/** Make the canvas as many device pixels as it has, and clear it. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number,
                          height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export interface AxisInk {
  text: string;
  grid: string;
  font: string;
}

/** The inks of axes as the page has them now. */
export function axisInk(): AxisInk {
  const style = getComputedStyle(document.documentElement);
  return {
    text: style.getPropertyValue("--muted"),
    grid: style.getPropertyValue("--grid"),
    font: `11px ${style.getPropertyValue("--sans")}`,
  };
}

/** Numbers along the left and the bottom, and the names of the variables. */
export function paintAxes(context: CanvasRenderingContext2D, plane: Plane,
                          names: [string, string], ink: AxisInk,
                          grid = false): void {
  const [x0, x1, y0, y1] = plane.bounds;
  const bottom = plane.top + plane.height;
  context.font = ink.font;
  context.fillStyle = ink.text;
  context.strokeStyle = ink.grid;
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of linearTicks(x0, x1, Math.max(plane.width / 90, 2))) {
    const x = Math.round(xToPixel(plane, tick)) + 0.5;
    if (grid) line(context, x, plane.top, x, bottom);
    context.fillText(tickLabel(tick), x, bottom + 5);
  }
  context.fillText(names[0], plane.left + plane.width / 2, bottom + 20);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of linearTicks(y0, y1, Math.max(plane.height / 60, 2))) {
    const y = Math.round(yToPixel(plane, tick)) + 0.5;
    if (grid) line(context, plane.left, y, plane.left + plane.width, y);
    context.fillText(tickLabel(tick), plane.left - 6, y);
  }
  context.save();
  context.translate(8, plane.top + plane.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(names[1], 0, 0);
  context.restore();
}

export function line(context: Pen, x0: number, y0: number,
                     x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
