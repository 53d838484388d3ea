// keep.ts - a chart as a file: its numbers, or the picture.
import {keepFile} from "../parts/download";
import {dark} from "../state/theme";
import {paintChart, type ChartView} from "./paint";
import {csvOf, type Series} from "./series";
import {SvgPen, type Pen} from "./svg";

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
