// legend.tsx - whose line is whose, and its value where `at` is.
import type {Signal} from "@preact/signals";

import {real} from "../format";
import {frameBefore} from "../frames";
import {inkColour, inkOf, markPoints} from "../palette";
import {dark} from "../state/theme";
import type {Series} from "./series";

/** The dash of a series' line; [] is a whole line. */
export const dashOf = ({ink, dashed, solid}:
    Pick<Series, "ink" | "dashed" | "solid">): number[] =>
  dashed ? [6, 4] : solid ? [] : inkOf(ink).dash;

/** A piece of the line with its mark. */
export function Swatch({ink, dashed, solid, pale}:
    Pick<Series, "ink" | "dashed" | "solid" | "pale">) {
  const colour = inkColour(ink, dark.value), points = markPoints(ink);
  const dash = dashOf({ink, dashed, solid});
  return (
    <svg class="swatch" width="26" height="12" viewBox="-13 -6 26 12"
         aria-hidden="true" stroke={colour} fill={colour} opacity={pale ? 0.5 : 1}>
      <path d="M-13 0H13" stroke-width="1.75" stroke-dasharray={dash.join(" ")} />
      {!pale && !dashed && !solid && (points
        ? <polygon points={points} transform="scale(3.4)" stroke="none" />
        : <circle r="3.4" stroke="none" />)}
    </svg>
  );
}

export function Legend({series, at, hidden = [], onToggle, onLit}: {
  series: Series[]; at?: Signal<number>; hidden?: readonly string[];
  onToggle?(name: string): void;
  /** The pointer or the focus is on a series; null: on none. */
  onLit?(place: number | null): void;
}) {
  return (
    <figcaption class="legend">
      {series.map((one, place) => (
        <button type="button" key={one.name} class="legend-item"
                onPointerEnter={() => onLit?.(place)} onPointerLeave={() => onLit?.(null)}
                onFocus={() => onLit?.(place)} onBlur={() => onLit?.(null)}
                aria-pressed={!hidden.includes(one.name)}
                title="Show or hide" onClick={() => onToggle?.(one.name)}>
          <Swatch {...one} />
          <span>{one.name}</span>
          {at && <Value series={one} at={at} />}
        </button>
      ))}
    </figcaption>
  );
}

function Value({series, at}: {series: Series; at: Signal<number>}) {
  if (!series.x.length) return null;
  const row = frameBefore(series.x, at.value);
  const gap = series.gaps?.find(({x}) => x === series.x[row]);
  return <b>{gap ? gap.value : real(series.y[row], 5)}</b>;
}
