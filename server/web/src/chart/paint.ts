// paint.ts - a chart's axes and lines on a canvas.
//
// A line of more points than pixels is drawn as the least and the greatest of
// each column of pixels: the same picture in a tenth of the time.
import {line, axisInk} from "../landscape/plane";
import {frameBefore} from "../frames";
import {whole} from "../format";
import {inkColour} from "../palette";
import {dashOf} from "./legend";
import {scaleOf, type Scale, type ScaleKind} from "./scale";
import type {Series} from "./series";
import type {Pen} from "./svg";
import {tickLabel} from "./ticks";

const MARGIN = {left: 52, right: 12, top: 8, bottom: 22};
const POINTS_A_PIXEL = 3;

/** What is seen of the values, from and to; null: as they come. */
export type Limits = [number | null, number | null];

export interface ChartView {
  width: number;
  height: number;
  x: Scale;
  y: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** On a log axis: where zeros and less lie; 0: there are none. */
  floor: number;
}

interface Extent {
  low: number;
  high: number;
}

function extentOf(columns: readonly ArrayLike<number | null>[],
                  counts: (value: number) => boolean = () => true): Extent {
  let low = Infinity, high = -Infinity;
  for (const column of columns) {
    for (let k = 0; k < column.length; k++) {
      const value = column[k];
      if (value === null || !counts(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return {low, high};
}

/** As asked where that can be had: below a logarithm there is no zero. */
function limited(extent: Extent & {floor: number}, log: boolean,
                 [from, to]: Limits): Extent & {floor: number} {
  const asked = (value: number | null): value is number =>
    value !== null && (!log || value > 0);
  const low = asked(from) ? from : extent.low, high = asked(to) ? to : extent.high;
  if (!(low < high)) return extent;
  return {low, high, floor: extent.floor > low ? extent.floor : 0};
}

/** What is seen of the values: a twentieth of the span more at each side. */
function yExtent(series: Series[], log: boolean): Extent & {floor: number} {
  const ys = series.map(one => one.y);
  if (!log) {
    const {low, high} = extentOf(ys);
    if (low > high) return {low: 0, high: 1, floor: 0};
    const margin = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
    return {low: low - margin, high: high + margin, floor: 0};
  }
  const {low, high} = extentOf(ys, value => value > 0);
  if (low > high) return {low: 0.1, high: 10, floor: 0.1};
  const zeros = ys.some(y => y.some(value => value !== null && value <= 0));
  const floor = zeros ? Math.max(10 ** (Math.floor(Math.log10(low)) - 1), 1e-307) : 0;
  const least = floor || low, margin = Math.max((high / least) ** 0.06, 1.1);
  return {low: Math.max(least / margin, 1e-308),
          high: Math.min(high * margin, 1e308), floor};
}

export function viewOf(series: Series[], width: number, height: number,
                       xKind: ScaleKind, log: boolean,
                       range: [number, number] | null,
                       limits: Limits = [null, null]): ChartView {
  const left = MARGIN.left, right = Math.max(width - MARGIN.right, left + 10);
  const top = MARGIN.top, bottom = Math.max(height - MARGIN.bottom, top + 10);
  let {low, high} = extentOf(series.map(one => one.x));
  if (xKind === "log" && low <= 0) {
    low = extentOf(series.map(one => one.x), value => value > 0).low;
  }
  if (low > high) [low, high] = [0, 1];
  else if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const [x0, x1] = range ?? [low, high];
  const y = limited(
    yExtent(range ? series.map(one => within(one, x0, x1)) : series, log), log, limits);
  return {
    width, height, left, right, top, bottom, floor: y.floor,
    x: scaleOf(xKind, x0, x1, left, right),
    y: scaleOf(log ? "log" : "linear", y.low, y.high, bottom, top),
  };
}

/** The points in a range, and one more to each side. */
function within(series: Series, low: number, high: number): Series {
  const {x, y} = series;
  if (!x.length || (x[0] >= low && x[x.length - 1] <= high)) return series;
  const from = frameBefore(x, low), to = frameBefore(x, high) + 2;
  return {...series, x: x.slice(from, to), y: y.slice(from, to)};
}

export function paintChart(context: Pen, view: ChartView, series: Series[],
                           wholeX: boolean, lit: number | null, dark: boolean): void {
  paintGrid(context, view, wholeX);
  context.save();
  context.beginPath();
  context.rect(view.left, view.top - 2, view.right - view.left + 2,
               view.bottom - view.top + 4);
  context.clip();
  context.lineJoin = "round";
  // Pale series first, so that they lie behind.
  const order = series.map((_, k) => k)
    .sort((a, b) => Number(!!series[b].pale) - Number(!!series[a].pale));
  for (const k of order) {
    const one = within(series[k], view.x.low, view.x.high);
    context.strokeStyle = context.fillStyle = inkColour(one.ink, dark);
    context.lineWidth = one.pale ? 1 : 1.75;
    context.globalAlpha = (one.pale ? 0.45 : 1) * (lit === null || lit === k ? 1 : 0.2);
    context.setLineDash(dashOf(one));
    paintLine(context, view, one);
  }
  context.restore();
  paintGaps(context, view, series);
}

function paintGrid(context: Pen, view: ChartView,
                   wholeX: boolean): void {
  const {left, right, top, bottom, x, y, floor} = view, ink = axisInk();
  context.font = ink.font;
  context.fillStyle = ink.text;
  context.strokeStyle = ink.grid;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const rows = y.ticks(Math.max((bottom - top) / 42, 2));
  for (const tick of floor ? [floor, ...rows.filter(tick => tick > 2 * floor)] : rows) {
    const row = Math.round(y.toPixel(tick)) + 0.5;
    line(context, left, row, right, row);
    context.fillText(floor && tick === floor ? "≤ 0" : tickLabel(tick), left - 7, row);
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const tick of x.ticks(Math.max((right - left) / 76, 2))) {
    if (wholeX && !Number.isInteger(tick)) continue;
    const column = Math.round(x.toPixel(tick)) + 0.5;
    line(context, column, top, column, bottom);
    const text = Number.isInteger(tick) && Math.abs(tick) < 1e7
      ? whole(tick) : tickLabel(tick);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(column, right + MARGIN.right - half), bottom + 6);
  }
}

function paintLine(context: Pen, view: ChartView,
                   {x, y, dots}: Series): void {
  const {floor} = view;
  const pixel = (value: number): number =>
    view.y.toPixel(floor && value <= 0 ? floor : value);
  const coarse = x.length > POINTS_A_PIXEL * (view.right - view.left);
  let pen = false, column = NaN, low = 0, high = 0, lonely: [number, number][] = [];

  function leave(): void { // the column that was gathered
    if (Number.isNaN(column)) return;
    context.lineTo(column, high);
    context.lineTo(column, low);
    column = NaN;
  }

  context.beginPath();
  for (let k = 0; k < x.length; k++) {
    const value = y[k];
    if (value === null) {
      leave();
      pen = false;
      continue;
    }
    const px = view.x.toPixel(x[k]), py = pixel(value);
    if (!pen) {
      context.moveTo(px, py);
      if (dots || (y[k + 1] ?? null) === null) lonely.push([px, py]);
      pen = true;
    } else if (!coarse) {
      context.lineTo(px, py);
      if (dots) lonely.push([px, py]);
    } else if (Math.round(px) === column) {
      low = Math.max(low, py);
      high = Math.min(high, py);
    } else {
      leave();
      context.lineTo(px, py);
      column = Math.round(px);
      low = high = py;
    }
  }
  leave();
  context.stroke();

  // A point that no line leads to is seen as a point.
  context.beginPath();
  for (const [px, py] of lonely) {
    context.moveTo(px + 2.2, py);
    context.arc(px, py, 2.2, 0, 2 * Math.PI);
  }
  context.fill();
}

/** What was not finite: a triangle at the edge to which it went. */
function paintGaps(context: Pen,
                   {x, left, right, top, bottom}: ChartView, series: Series[]): void {
  const size = 4.5;
  context.fillStyle = getComputedStyle(document.documentElement)
    .getPropertyValue("--alarm");
  for (const {gaps = []} of series) {
    for (const gap of gaps) {
      const px = x.toPixel(gap.x), down = gap.value === "-inf";
      if (px < left - 1 || px > right + 1) continue;
      const tip = down ? bottom : top, base = tip + (down ? -2 : 2) * size;
      context.beginPath();
      context.moveTo(px, tip);
      context.lineTo(px - size, base);
      context.lineTo(px + size, base);
      context.closePath();
      context.fill();
    }
  }
}
