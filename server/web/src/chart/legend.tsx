// legend.tsx - whose line is whose, and its value where `at` is.
import type {Signal} from "@preact/signals";

import {real, whole} from "../format";
import {frameBefore} from "../frames";
import {inkColour, inkOf, markPoints} from "../palette";
import {dark} from "../state/theme";
import type {Along} from "./chart";
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

export function Legend({series, at, along, hidden = [], onToggle, onLight}: {
  series: Series[]; at?: Signal<number>; along?: Along;
  hidden?: readonly string[]; onToggle?(name: string): void;
  /** The pointer or the focus is on one, or (null) has left it. */
  onLight?(name: string | null): void;
}) {
  const light = (name: string | null) => series.length > 1
    ? () => onLight?.(name) : undefined;
  return (
    <figcaption class="legend">
      {series.map(one => (
        <button type="button" key={one.name} class="legend-item"
                aria-pressed={!hidden.includes(one.name)}
                title="Show or hide" onClick={() => onToggle?.(one.name)}
                onPointerEnter={light(one.name)} onPointerLeave={light(null)}
                onFocus={light(one.name)} onBlur={light(null)}>
          <Swatch {...one} />
          <span>{one.name}</span>
          {at && <Value series={one} at={at} along={along} />}
          {one.gaps && one.gaps.length > 0 && (
            <span class="alarm">▲ {whole(one.gaps.length)} not finite</span>)}
        </button>
      ))}
    </figcaption>
  );
}

function Value({series, at, along}:
    {series: Series; at: Signal<number>; along?: Along}) {
  if (!series.x.length) return null;
  const row = frameBefore(series.x, along ? along.xOf(at.value) : at.value);
  const gap = series.gaps?.find(({x}) => x === series.x[row]);
  return <b>{gap ? gap.value : real(series.y[row], 5)}</b>;
}
