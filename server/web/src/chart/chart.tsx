// chart.tsx - lines against an axis.
//
// Hovering moves `at`, which players and other charts share; dragging asks for
// a range, whose rows whoever holds the data then fetches. Zeros on a log axis
// lie at its bottom, labelled so; what was not finite is a cross at the edge.
import {effect, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import {exact, real, whole} from "../format";
import {frameBefore, frameNearest} from "../frames";
import {dark} from "../state/theme";
import {ChartMenu} from "./chart_menu";
import {Legend} from "./legend";
import {fitCanvas} from "../landscape/plane";
import {paintChart, viewOf, type ChartView, type Limits} from "./paint";
import type {Series} from "./series";

const TABLE_ROWS = 60;
const DRAG_PIXELS = 5;

export interface Along {
  xOf(at: number): number;
  atOf(x: number): number;
}

export interface ChartProps {
  /** What is drawn: "Loss". */
  label: string;
  series: Series[];
  /** What lies along: "iteration". */
  xLabel?: string;
  scale?: "log" | "linear";
  /** "log" is linear below 1, so that iteration 0 has its place; "decades"
   *  has no zero. */
  xScale?: "log" | "linear" | "decades";
  height?: number;
  /** A value on the x axis that is shared with a player, other charts. */
  at?: Signal<number>;
  /** Between `at` and the x axis, where they are not the same. */
  along?: Along;
  /** The user moved `at` by hovering; told as `at` counts. */
  onAt?(value: number): void;
  /** What is seen of the x axis; null: all. */
  range?: [number, number] | null;
  /** The user dragged over a range, or wants all again. */
  onRange?(range: [number, number] | null): void;
  /** A series that others step back for. */
  lit?: number | null;
  /** What is seen of the values. */
  limits?: Limits;
  onLimits?(limits: Limits): void;
  /** What its files are called; left out: there are none. */
  file?: string;
  /** The user points to a series in the legend. */
  onLit?(place: number | null): void;
}

/** "log" where no value is below zero and they differ by much, as losses do. */
export function naturalScale(series: Series[]): "log" | "linear" {
  let low = Infinity, high = -Infinity, least = Infinity;
  for (const {y} of series) {
    for (const value of y) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (value > 0) least = Math.min(least, value);
    }
  }
  return low >= 0 && high / least > 5 ? "log" : "linear";
}

export function Chart(props: ChartProps) {
  const {label, series, xLabel = "iteration", at, range = null, along} = props;
  const height = props.height ?? 190;
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const marker = useRef<HTMLDivElement>(null);
  const band = useRef<HTMLDivElement>(null);
  const hidden = useSignal<readonly string[]>([]);
  const lit = useSignal<string | null>(null); // of the legend, under the pointer
  const live = useMemo(() => ({props, view: null as ChartView | null, width: 0}), []);
  live.props = props;

  const shownNow = (): Series[] =>
    series.filter(one => !hidden.peek().includes(one.name));

  function paint(): void {
    if (!live.width || !canvas.current) return;
    const shown = shownNow(), {xScale} = props;
    live.view = viewOf(shown, live.width, height,
                       xScale === "log" ? "symlog" : xScale === "decades" ? "log" : "linear",
                       props.scale === "log", range, props.limits);
    const first = lit.peek() ?? (props.lit == null ? null : series[props.lit]?.name);
    const place = shown.findIndex(one => one.name === first);
    paintChart(fitCanvas(canvas.current, live.width, height), live.view, shown,
               xLabel === "iteration", place < 0 ? null : place, dark.peek());
    if (at) placeMarker(marker.current!, live, at.peek());
  }
  const repaint = useRef(paint);
  repaint.current = paint;

  useEffect(() => {
    const element = host.current!;
    const resized = new ResizeObserver(() => {
      live.width = element.clientWidth;
      repaint.current();
    });
    resized.observe(element);
    const stop = listen(element, band.current!, live);
    return () => {
      resized.disconnect();
      stop();
    };
  }, []);
  useEffect(paint, [series, range?.join(), height, props.scale, props.xScale,
                    props.lit, props.limits?.join(), hidden.value, lit.value,
                    dark.value]);
  useEffect(() => at && effect(() => {
    placeMarker(marker.current!, live, at.value);
  }), [at]);

  const toggle = (name: string): void => {
    hidden.value = hidden.value.includes(name)
      ? hidden.value.filter(other => other !== name) : [...hidden.value, name];
  };

  return (
    <figure class="chart">
      <Legend series={series} at={at} along={along} hidden={hidden.value}
              onToggle={toggle} onLight={name => {
                lit.value = name;
                props.onLit?.(name === null ? null
                  : series.findIndex(one => one.name === name));
              }} />
      {props.file && (
        <ChartMenu label={label} file={props.file} xLabel={xLabel} limits={props.limits}
                   onLimits={props.onLimits} canvas={canvas} series={shownNow}
                   view={() => live.view!} />)}
      <div class="chart-plot" ref={host} role="img" aria-label={sentenceOf(props)}
           style={{height: `${height}px`}}>
        <canvas ref={canvas} />
        <div class="chart-at" ref={marker} hidden />
        <div class="chart-band" ref={band} hidden />
      </div>
      {range && props.onRange && (
        <button type="button" class="button plain small chart-reset"
                onClick={() => props.onRange!(null)}>Whole run</button>
      )}
      <ChartTable series={series} label={label} xLabel={xLabel} />
    </figure>
  );
}

interface Live {
  props: ChartProps;
  view: ChartView | null;
}

function placeMarker(marker: HTMLElement, {view, props: {along}}: Live,
                     at: number): void {
  if (!view) return;
  const {x, left, right} = view;
  const pixel = x.toPixel(along ? along.xOf(at) : at);
  marker.hidden = !(pixel >= left - 0.5 && pixel <= right + 0.5);
  if (!marker.hidden) marker.style.transform = `translateX(${pixel}px)`;
}

/** Hover and drag; the returned function stops it. */
function listen(host: HTMLElement, band: HTMLElement,
                live: Live): () => void {
  const stop = new AbortController();
  const {signal} = stop;
  let from = NaN;

  const place = (event: MouseEvent): number => {
    const {left, right} = live.view!;
    const x = event.clientX - host.getBoundingClientRect().left;
    return Math.min(Math.max(x, left), right);
  };

  function hover(pixel: number): void {
    const {at, onAt, series, along} = live.props;
    const longest = series.reduce((a, b) => b.x.length > a.x.length ? b : a, series[0]);
    if (!at || !longest?.x.length) return;
    const x = longest.x[frameNearest(longest.x, live.view!.x.toValue(pixel))];
    const value = along ? along.atOf(x) : x;
    if (value === at.peek()) return;
    at.value = value;
    onAt?.(value);
  }

  host.addEventListener("pointerdown", event => {
    if (!live.view || event.button || !live.props.onRange || event.pointerType === "touch") return;
    from = place(event);
    host.setPointerCapture(event.pointerId);
  }, {signal});
  host.addEventListener("pointermove", event => {
    if (!live.view) return;
    const pixel = place(event);
    if (Number.isNaN(from)) return hover(pixel);
    band.hidden = Math.abs(pixel - from) < DRAG_PIXELS;
    band.style.left = `${Math.min(from, pixel)}px`;
    band.style.width = `${Math.abs(pixel - from)}px`;
  }, {signal});
  host.addEventListener("pointerup", event => {
    if (Number.isNaN(from) || !live.view) return;
    const ends = [from, place(event)].sort((a, b) => a - b);
    from = NaN;
    band.hidden = true;
    if (ends[1] - ends[0] < DRAG_PIXELS) return hover(ends[1]);
    const [low, high] = ends.map(pixel => live.view!.x.toValue(pixel));
    live.props.onRange?.([low, high]);
  }, {signal});
  host.addEventListener("pointercancel", () => {
    from = NaN;
    band.hidden = true;
  }, {signal});
  host.addEventListener("dblclick", () => live.props.onRange?.(null), {signal});
  return () => stop.abort();
}

/** What the picture shows, in a sentence. */
function sentenceOf({label, series, xLabel = "iteration", scale}: ChartProps): string {
  const parts = series.map(one => {
    const last = one.x.length - 1;
    if (last < 0) return `${one.name}: no points yet`;
    return `${one.name}: from ${real(one.y[0])} at ${xLabel} ${real(one.x[0])}` +
      ` to ${real(one.y[last])} at ${real(one.x[last])}` +
      (one.gaps?.length ? `, ${one.gaps.length} not finite` : "");
  });
  return `${label} against ${xLabel}, ${scale ?? "linear"} scale. ${parts.join("; ")}.`;
}

/** The picture as a table, for who does not see it. */
function ChartTable(props: {series: Series[]; label: string; xLabel: string}) {
  const {series, label, xLabel} = props;
  return useMemo(() => tableOf(series, label, xLabel), [series, label, xLabel]);
}

function tableOf(series: Series[], label: string, xLabel: string) {
  const longest = series.reduce((a, b) => b.x.length > a.x.length ? b : a,
                                series[0] ?? {x: [] as number[]});
  const stride = Math.max(Math.ceil(longest.x.length / TABLE_ROWS), 1);
  const xs = longest.x.filter((_, row) =>
    row % stride === 0 || row === longest.x.length - 1);
  return (
    <div class="unseen"><table>
      <caption>{label}, {stride === 1 ? "every point"
        : `a point of every ${whole(stride)}`}</caption>
      <thead><tr><th scope="col">{xLabel}</th>
        {series.map(one => <th key={one.name} scope="col">{one.name}</th>)}</tr></thead>
      <tbody>
        {xs.map(x => (
          <tr key={x}><th scope="row">{exact(x)}</th>
            {series.map(one => (
              <td key={one.name}>{exact(one.y[frameBefore(one.x, x)] ?? null)}</td>))}
          </tr>
        ))}
      </tbody>
    </table></div>
  );
}
