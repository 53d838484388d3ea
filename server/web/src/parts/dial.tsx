// dial.tsx - numbers under a finger: a slider over decades, and a field of two.
import {useRef} from "preact/hooks";

import {real} from "../format";

const STEPS_A_DECADE = 50;

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** Three digits are all that a finger can mean. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** A slider whose equal ways are equal factors. */
export function LogSlider({label, low, high, value, onChange}: {
  label: string; low: number; high: number; value: number;
  onChange(value: number): void;
}) {
  const place = Math.log10(clamp(value, low, high));
  return (
    <input type="range" class="log-slider" aria-label={label}
           min={Math.log10(low)} max={Math.log10(high)} step={1 / STEPS_A_DECADE}
           value={place} aria-valuetext={real(value, 3)}
           onInput={event =>
             onChange(rounded(10 ** event.currentTarget.valueAsNumber))} />
  );
}

export interface Axis {
  name: string;
  low: number;
  high: number;
  log?: boolean;
  value: number;
}

const there = ({log}: Axis, value: number): number => log ? Math.log10(value) : value;
const back = ({log}: Axis, place: number): number => log ? 10 ** place : place;

/** Where a value lies on its axis, 0 to 1. */
function partOf(axis: Axis, value: number): number {
  const [low, high] = [there(axis, axis.low), there(axis, axis.high)];
  return clamp((there(axis, Math.max(value, axis.log ? axis.low : -Infinity)) - low) /
    (high - low), 0, 1);
}

const valueAt = (axis: Axis, part: number): number => {
  const [low, high] = [there(axis, axis.low), there(axis, axis.high)];
  return rounded(back(axis, low + clamp(part, 0, 1) * (high - low)));
};

const KEY_STEP = 1 / 50;

/** Two numbers at once: x along, y up. Arrow keys move it as a slider. */
export function Pad({x, y, onChange}: {
  x: Axis; y: Axis; onChange(x: number, y: number): void;
}) {
  const field = useRef<HTMLDivElement>(null);
  const [px, py] = [partOf(x, x.value), partOf(y, y.value)];

  function move(event: PointerEvent): void {
    if (!(event.buttons & 1)) return;
    const box = field.current!.getBoundingClientRect();
    onChange(valueAt(x, (event.clientX - box.left) / box.width),
             valueAt(y, 1 - (event.clientY - box.top) / box.height));
  }

  function onKey(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 5 * KEY_STEP : KEY_STEP;
    onChange(step[0] ? valueAt(x, px + far * step[0]) : x.value,
             step[1] ? valueAt(y, py + far * step[1]) : y.value);
  }

  return (
    <div class="pad-frame">
      <span class="pad-y">{y.name}</span>
      <div class="pad" ref={field} role="slider" tabIndex={0}
           aria-label={`${x.name} and ${y.name}`} aria-valuenow={x.value}
           aria-valuemin={x.low} aria-valuemax={x.high}
           aria-valuetext={`${x.name} ${real(x.value, 3)}, ${y.name} ${real(y.value, 3)}`}
           onPointerDown={event => {
             event.currentTarget.setPointerCapture(event.pointerId);
             move(event);
           }}
           onPointerMove={move} onKeyDown={onKey}>
        <i style={{left: `${100 * px}%`, bottom: `${100 * py}%`}} />
      </div>
      <span class="pad-x">{x.name}</span>
    </div>
  );
}
