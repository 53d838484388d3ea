// chart_menu.tsx - what one can do with a chart: limits of its values, files.
import type {RefObject} from "preact";

import {Menu} from "../parts/button";
import {keepCsv, keepPng, keepSvg} from "./keep";
import type {ChartView, Limits} from "./paint";
import type {Series} from "./series";

interface ChartMenuProps {
  label: string;
  file: string;
  xLabel: string;
  limits?: Limits;
  onLimits?(limits: Limits): void;
  canvas: RefObject<HTMLCanvasElement | null>;
  series(): Series[];
  view(): ChartView;
}

export function ChartMenu(props: ChartMenuProps) {
  const {label, file, xLabel, onLimits, series} = props;
  const limits = props.limits ?? [null, null];
  const kinds: [string, () => void][] = [
    ["Numbers, CSV", () => keepCsv(series(), xLabel, file)],
    ["Picture, SVG", () => keepSvg(props.view(), series(), xLabel === "iteration",
                                   label, file)],
    ["Picture, PNG", () => keepPng(props.canvas.current!, file)],
  ];

  return (
    <div class="chart-menu">
      <Menu label={`${label}: limits and files`} icon="more" bare>
        {onLimits && (
          <div class="chart-limits" onClick={event => event.stopPropagation()}>
            {(["from", "to"] as const).map((word, end) => (
              <label class="field inline" key={word}>{word}
                <input type="number" step="any" value={limits[end] ?? ""}
                       placeholder="auto" onChange={event => {
                         const asked = event.currentTarget.valueAsNumber;
                         const next: Limits = [...limits];
                         next[end] = Number.isFinite(asked) ? asked : null;
                         onLimits(next);
                       }} />
              </label>
            ))}
          </div>
        )}
        {kinds.map(([word, keep]) => (
          <button type="button" class="menu-item" key={word} onClick={keep}>{word}</button>))}
      </Menu>
    </div>
  );
}
