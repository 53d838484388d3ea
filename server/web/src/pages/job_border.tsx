// job_border.tsx - what a model of two features says over a grid of them, and
// rows of the data above it.
import {useSignal} from "@preact/signals";
import {useEffect, useRef} from "preact/hooks";

import {Failure, isAborted, post} from "../api/client";
import {useResource} from "../api/resource";
import type {Json, Real, Spec} from "../api/types";
import {axisInk, fitCanvas, paintAxes, planeOf, xToPixel, yToPixel,
        type Bounds} from "../landscape/plane";
import {casing, inkColour, inkOf, mapColour, traceMark} from "../palette";
import {real, whole} from "../format";
import {Panel, Trouble} from "../parts/blocks";
import {Swatch} from "../chart/legend";
import {dark} from "../state/theme";
import type {Dataset, DatasetPreview} from "./data_types";
import type {Feature, Learned, Predicted} from "./job_model";

const CELLS = 80;
const SHOWN_ROWS = 100;
const REACH = 2.8; // deviations to each side of the mean
const MARGIN = 0.08;

interface BorderProps {
  id: string;
  learned: Learned;
  features: Feature[];
  spec: Spec | null;
}

/** Rows to look at: x, y, and what they are. */
type Row = [x: number, y: number, value: Json];

export function Border({id, learned, features, spec}: BorderProps) {
  const {dataset} = (spec?.objective ?? {}) as {dataset?: Json};
  const path = typeof dataset === "string" ? `/datasets/${encodeURIComponent(dataset)}` : null;
  const set = useResource<Dataset>(path);
  const preview = useResource<DatasetPreview>(path && `${path}/preview?limit=${SHOWN_ROWS}`);
  const answer = useSignal<Predicted | null>(null);
  const failure = useSignal<Failure | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const names = features.map(({column}) => column) as [string, string];
  const known = !path || set.data.value || set.failure.value;
  const bounds = boundsOf(features, set.data.value);
  const rows = rowsOf(preview.data.value, [...names, learned.target]);

  useEffect(() => {
    if (!known) return;
    const attempt = new AbortController();
    const [x0, x1, y0, y1] = bounds;
    const along = (k: number, low: number, high: number): number =>
      low + (k + 0.5) / CELLS * (high - low);
    const cells = Array.from({length: CELLS * CELLS}, (_, k) => k);
    post<Predicted>(`/jobs/${id}/predict`, {columns: {
      [names[0]]: cells.map(k => along(k % CELLS, x0, x1)),
      [names[1]]: cells.map(k => along(Math.floor(k / CELLS), y0, y1)),
    }}, {signal: attempt.signal}).then(found => { answer.value = found; },
      (error: unknown) => {
        if (isAborted(error)) return;
        if (!(error instanceof Failure)) throw error;
        failure.value = error;
      });
    return () => attempt.abort();
  }, [id, !known, bounds.join()]);

  useEffect(() => {
    const element = host.current;
    if (!element || !answer.value) return;
    const paint = (): void => paintBorder(canvas.current!, element.clientWidth,
      element.clientHeight, bounds, names, answer.value!, learned.classes, rows);
    const resized = new ResizeObserver(paint);
    resized.observe(element);
    return () => resized.disconnect();
  }, [answer.value, rows.length, dark.value]);

  if (failure.value) return <Panel title="Border"><Trouble failure={failure.value} /></Panel>;
  return (
    <Panel title={learned.classes ? "Border" : "Surface"} flush
           note={rows.length > 0 && `with ${whole(rows.length)} rows of the data`}>
      <figure class="landscape">
        <div class="landscape-canvas" ref={host} role="img"
             aria-label={sentenceOf(learned, names, bounds, answer.value)}>
          <canvas ref={canvas} />
        </div>
        {learned.classes && (
          <figcaption class="landscape-foot"><div class="legend">
            {learned.classes.map((name, k) => (
              <span class="legend-item" key={name}><Swatch ink={k} /><span>{name}</span></span>))}
          </div></figcaption>
        )}
      </figure>
    </Panel>
  );
}

function boundsOf(features: Feature[], set: Dataset | null): Bounds {
  return features.flatMap(({column, mean = 0, scale = 1}) => {
    const {min, max} = set?.columns.find(({name}) => name === column) ?? {};
    if (typeof min !== "number" || typeof max !== "number") {
      return [mean - REACH * scale, mean + REACH * scale];
    }
    const margin = MARGIN * (max - min) || 1;
    return [min - margin, max + margin];
  }) as Bounds;
}

function rowsOf(preview: DatasetPreview | null, names: string[]): Row[] {
  const places = names.map(name => preview?.columns.indexOf(name) ?? -1);
  if (!preview || places.includes(-1)) return [];
  return preview.rows.map(row => places.map(place => row[place]) as Row)
    .filter(([x, y]) => typeof x === "number" && typeof y === "number");
}

const channels = (colour: string): number[] =>
  colour.startsWith("#") ? [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16))
    : (colour.match(/\d+/g) ?? []).map(Number);

/** A class by its colour, paler where the model is less sure; a number by the
 *  map's. */
function cellColours({predictions, probabilities}: Predicted,
                     classes: Learned["classes"]): number[][] {
  if (!classes) {
    const numbers = predictions as Real[];
    const finite = numbers.filter(value => value !== null) as number[];
    const low = Math.min(...finite), span = Math.max(...finite) - low || 1;
    return numbers.map(value => channels(mapColour(((value ?? low) - low) / span)));
  }
  const page = dark.peek() ? [23, 28, 34] : [255, 255, 255];
  const inks = classes.map((_, k) => channels(inkColour(k, dark.peek())));
  return predictions.map((value, cell) => {
    const shares = probabilities?.[cell] ?? classes.map(name => name === value ? 1 : 0);
    return page.map((ground, c) => inks.reduce((sum, ink, k) =>
      sum + 0.62 * (shares[k] ?? 0) * (ink[c] - ground), ground));
  });
}

function paintBorder(canvas: HTMLCanvasElement, width: number, height: number,
                     bounds: Bounds, names: [string, string], answer: Predicted,
                     classes: Learned["classes"], rows: Row[]): void {
  const context = fitCanvas(canvas, width, height);
  const plane = planeOf(width, height, bounds);
  const picture = new ImageData(CELLS, CELLS);
  cellColours(answer, classes).forEach((colour, cell) => {
    // Rows of pixels go downwards.
    const row = CELLS - 1 - Math.floor(cell / CELLS);
    picture.data.set([...colour, 255], 4 * (row * CELLS + cell % CELLS));
  });
  const small = new OffscreenCanvas(CELLS, CELLS);
  small.getContext("2d")!.putImageData(picture, 0, 0);
  context.drawImage(small, plane.left, plane.top, plane.width, plane.height);
  paintAxes(context, plane, names, axisInk());
  context.lineWidth = 1.2;
  for (const [x, y, value] of rows) {
    const ink = Math.max(classes?.indexOf(value as string | number) ?? 0, 0);
    context.beginPath();
    traceMark(context, ink, xToPixel(plane, x), yToPixel(plane, y), 4);
    context.fillStyle = classes ? inkOf(ink).map : "#fff";
    context.strokeStyle = casing;
    context.fill();
    context.stroke();
  }
}

function sentenceOf({target, classes}: Learned, [x, y]: [string, string],
                    [x0, x1, y0, y1]: Bounds, answer: Predicted | null): string {
  if (!answer) return "The border is being worked out.";
  const all = answer.predictions.length;
  const shares = classes?.map(name => {
    const count = answer.predictions.filter(value => value === name).length;
    return `${name} in ${Math.round(100 * count / all)} %`;
  });
  return `What the model takes ${target} for, over ${x} from ${real(x0)} to ${real(x1)} ` +
    `and ${y} from ${real(y0)} to ${real(y1)}${shares ? `: ${shares.join(", ")}` : ""}.`;
}
