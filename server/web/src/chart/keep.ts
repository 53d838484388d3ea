// keep.ts - a chart as a file: its numbers, or the picture.
import {keepFile} from "../parts/download";
import {dark} from "../state/theme";
import {paintChart, type ChartView} from "./paint";
import type {Series} from "./series";
import {SvgPen, type Pen} from "./svg";

const words = {"nan": "NaN", "+inf": "Infinity", "-inf": "-Infinity"};

/** A row for each x that any series has; what was not finite as the server's
 *  CSV writes it. */
export function csvOf(series: Series[], xLabel: string): string {
  const quoted = (name: string): string =>
    /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  const columns = series.map(({x, y, gaps = []}) => {
    const column = new Map<number, number | string>();
    x.forEach((at, k) => column.set(at, y[k] ?? ""));
    for (const gap of gaps) column.set(gap.x, words[gap.value]);
    return column;
  });
  const xs = [...new Set(series.flatMap(one => one.x))].sort((a, b) => a - b);
  return [
    [xLabel, ...series.map(one => one.name)].map(quoted).join(),
    ...xs.map(x => [x, ...columns.map(column => column.get(x) ?? "")].join()),
  ].join("\n") + "\n";
}

export function keepCsv(series: Series[], xLabel: string, file: string): void {
  keepFile(new Blob([csvOf(series, xLabel)], {type: "text/csv"}), `${file}.csv`);
}

const sheet = (): string =>
  getComputedStyle(document.documentElement).getPropertyValue("--sheet");

export function keepSvg(view: ChartView, series: Series[], wholeX: boolean,
                        title: string, file: string): void {
  const pen = new SvgPen(), {width, height} = view;
  paintChart(pen as unknown as Pen, view, series, wholeX, null, dark.peek());
  keepFile(new Blob([pen.text(width, height, title, sheet())],
                    {type: "image/svg+xml"}), `${file}.svg`);
}

/** The canvas as it is, on the page's ground. */
export function keepPng(canvas: HTMLCanvasElement, file: string): void {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext("2d")!;
  context.fillStyle = sheet();
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  copy.toBlob(blob => blob && keepFile(blob, `${file}.png`));
}
