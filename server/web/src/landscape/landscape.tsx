// landscape.tsx - the loss over two variables, and the paths of runs in it.
//
// Two canvases: below the terrain, painted when the grid or the view changes;
// above the paths, painted when `at` moves. While one zooms or drags, the
// grid that is there is stretched; onView asks for one that fits.
import {effect, useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo, useRef} from "preact/hooks";

import type {Landscape as Grid, Minimum} from "../api/types";
import {real} from "../format";
import {Button} from "../parts/button";
import {inkOf} from "../palette";
import {dark} from "../state/theme";
import {Swatch} from "../chart/legend";
import {downInk, paintArrows} from "./arrows";
import {listenGestures} from "./gestures";
import {axisInk, fitCanvas, paintAxes, planeOf, xToPixel, yToPixel, zoomed,
        type Bounds, type Plane} from "./plane";
import {lossAt, paintTerrain, terrainOf, type Terrain} from "./terrain";
import {headOf, paintMarks, paintMinimum, paintTrail, trailOf, type Path,
        type Trail} from "./trail";

const VIEW_REST_MS = 160;
const HANDLE_PIXELS = 12;
const FOUND_MINIMA_MAX = 4;

export interface LandscapeProps {
  /** What GET /jobs/{id}/landscape or POST /landscape answers; null: not yet. */
  grid: Grid | null;
  paths: Path[];
  /** Where the player is, as the paths' `t`. */
  at: Signal<number>;
  /** What is seen; null: the grid's own bounds. */
  view?: Bounds | null;
  /** The user zoomed or dragged and rests; null: wants all again. */
  onView?(bounds: Bounds | null): void;
  /** A click on the map, as to put a start there. */
  onPick?(x: number, y: number): void;
  /** The start of path k was dragged. */
  onMoveStart?(k: number, x: number, y: number): void;
  /** The path that others step back for. */
  lit?: number | null;
  /** Levels equally spaced in the loss. */
  linear?: boolean;
  /** At each head the way down and the next step. */
  arrows?: boolean;
  /** A new grid is on its way. */
  loading?: boolean;
  /** What one can do, where it is not what one can do everywhere. */
  hint?: string;
}

interface Scene {
  props: LandscapeProps;
  plane: Plane;
  view: Bounds;
  terrain: Terrain | null;
  trails: Trail[];
  timer: number;
  size: {width: number; height: number};
}

export function Landscape(props: LandscapeProps) {
  const {grid, paths, at, onView} = props;
  const host = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const point = useSignal<{x: number; y: number} | null>(null);
  const terrain = useMemo(() => grid && terrainOf(grid, props.linear),
                          [grid, props.linear]);
  const own = boundsOf(grid);
  const scene = useMemo<Scene>(() => ({
    props, terrain, trails: [], timer: 0, view: props.view ?? own,
    plane: planeOf(0, 0, own), size: {width: 0, height: 0},
  }), []);
  scene.props = props;
  scene.terrain = terrain;

  function layOut(): void {
    const {width, height} = scene.size;
    scene.plane = planeOf(width, height, scene.view);
    scene.trails = scene.props.paths.map(path => trailOf(path, scene.plane));
  }

  function paintAll(): void {
    if (!scene.size.width || !below.current || !above.current) return;
    layOut();
    paintBelow(below.current, scene);
    paintAbove(above.current, scene);
  }

  function look(bounds: Bounds): void {
    scene.view = bounds;
    paintAll();
    clearTimeout(scene.timer);
    scene.timer = window.setTimeout(() => scene.props.onView?.(bounds), VIEW_REST_MS);
  }

  function zoom(factor: number): void {
    const [x0, x1, y0, y1] = scene.view;
    look(zoomed(scene.view, factor, (x0 + x1) / 2, (y0 + y1) / 2));
  }

  useEffect(() => {
    const element = host.current!;
    const resized = new ResizeObserver(() => {
      scene.size = {width: element.clientWidth, height: element.clientHeight};
      paintAll();
    });
    resized.observe(element);
    const stop = listenGestures(element, {
      plane: () => scene.plane,
      onBounds: bounds => scene.props.onView && look(bounds),
      onClick: (x, y) => scene.props.onPick?.(x, y),
      onPoint: where => { point.value = where; },
      grab: (px, py) => grabStart(scene, px, py),
    });
    return () => {
      resized.disconnect();
      stop();
      clearTimeout(scene.timer);
    };
  }, []);

  useEffect(() => {
    clearTimeout(scene.timer);
    scene.view = props.view ?? own;
    paintAll();
  }, [terrain, props.view?.join(), own.join(), paths, dark.value]);
  useEffect(() => effect(() => {
    at.value;
    if (scene.size.width && above.current) paintAbove(above.current, scene);
  }), [at, props.lit, props.arrows]);

  return (
    <figure class="landscape" aria-busy={props.loading}>
      <div class="landscape-canvas" ref={host} role="img" tabIndex={0}
           aria-label={sentenceOf(props)} data-view={scene.view.join()}>
        <canvas ref={below} />
        <canvas ref={above} />
      </div>
      {onView && (
        <div class="landscape-tools">
          <Button label="Closer" icon="plus" bare onClick={() => zoom(0.6)} />
          <Button label="See all" icon="fit" bare onClick={() => onView(null)} />
        </div>
      )}
      <figcaption class="landscape-foot">
        {paths.length > 1 && (
          <div class="legend">
            {paths.map(path => (
              <span class="legend-item" key={path.name}>
                <Swatch ink={path.ink} /><span>{path.name}</span>
              </span>
            ))}
          </div>
        )}
        {props.arrows && (
          <p class="reading"><span class="arrow" style={{background: downInk}} /> down the
            gradient <span class="arrow" style={{background: inkOf(paths[0]?.ink ?? 0).map}} /> the
            next step</p>)}
        <Reading point={point} terrain={terrain} names={namesOf(grid)} hint={props.hint} />
      </figcaption>
    </figure>
  );
}

/** The numbers under the pointer. */
function Reading({point, terrain, names, hint}: {
  point: Signal<{x: number; y: number} | null>; terrain: Terrain | null;
  names: [string, string]; hint?: string;
}) {
  const here = point.value;
  if (!here) return <p class="reading">Lighter is lower. {hint ?? "Drag to move; click, then scroll to zoom."}</p>;
  const loss = terrain ? lossAt(terrain, here.x, here.y) : NaN;
  return (
    <p class="reading">
      {names[0]} <b>{real(here.x)}</b> {names[1]} <b>{real(here.y)}</b> loss{" "}
      <b>{Number.isNaN(loss) ? "–" : loss === Infinity ? "not finite" : `≈ ${real(loss)}`}</b>
    </p>
  );
}

export function boundsOf(grid: Grid | null): Bounds {
  return grid && grid.bounds.length === 4 ? grid.bounds as Bounds : [0, 1, 0, 1];
}

function namesOf(grid: Grid | null): [string, string] {
  const plane = grid?.plane;
  if (plane?.kind === "path") return ["along 1", "along 2"];
  const [x = "x", y = "y"] = plane?.variables ?? [];
  return [x, y];
}

function paintBelow(canvas: HTMLCanvasElement, scene: Scene): void {
  const {plane, terrain, size, props} = scene;
  const context = fitCanvas(canvas, size.width, size.height);
  const ink = axisInk();
  context.strokeStyle = ink.grid;
  context.strokeRect(plane.left - 0.5, plane.top - 0.5, plane.width + 1, plane.height + 1);
  if (terrain) paintTerrain(context, terrain, plane);
  paintAxes(context, plane, namesOf(props.grid), ink);
}

function paintAbove(canvas: HTMLCanvasElement, scene: Scene): void {
  const {plane, terrain, trails, size, props} = scene;
  const context = fitCanvas(canvas, size.width, size.height);
  const t = props.at.peek(), lit = props.lit ?? null;
  context.save();
  context.beginPath();
  context.rect(plane.left, plane.top, plane.width, plane.height);
  context.clip();
  for (const minimum of shownMinima(props.grid)) {
    paintMinimum(context, xToPixel(plane, minimum.x), yToPixel(plane, minimum.y),
                 minimum.known);
  }
  trails.forEach((trail, k) =>
    paintTrail(context, trail, t, lit !== null && lit !== k));
  trails.forEach((trail, k) =>
    paintMarks(context, trail, t, lit !== null && lit !== k));
  if (props.arrows && terrain) {
    for (const {path} of trails) paintArrows(context, plane, terrain, path, t);
  }
  context.restore();
  // Tests read where the first head is.
  if (trails[0]?.x.length) {
    canvas.dataset.head = headOf(trails[0], t).map(pixel => pixel.toFixed(1)).join();
  }
}

/** Those that are known; where none is, the lowest that the grid has. In a
 *  narrow valley a grid has many, of which none is one. */
function shownMinima(grid: Grid | null): (Minimum & {y: number})[] {
  const seen = (grid?.minima ?? []).filter(
    (minimum): minimum is Minimum & {y: number} => minimum.y !== undefined);
  const known = seen.filter(minimum => minimum.known);
  return known.length ? known : seen.slice(0, FOUND_MINIMA_MAX);
}

function grabStart({props, trails}: Scene, px: number, py: number):
    ((x: number, y: number) => void) | null {
  if (!props.onMoveStart) return null;
  const k = trails.findIndex(({x, y}) => x.length &&
    Math.hypot(x[0] - px, y[0] - py) <= HANDLE_PIXELS);
  return k < 0 ? null : (x, y) => props.onMoveStart!(k, x, y);
}

/** What the picture shows, in a sentence. */
function sentenceOf({grid, paths}: LandscapeProps): string {
  if (!grid) return "The landscape is being worked out.";
  const [x, y] = namesOf(grid), [x0, x1, y0, y1] = boundsOf(grid);
  const ways = paths.map(path => {
    const last = path.x.length - 1;
    return `${path.name} from ${x} ${real(path.x[0])}, ${y} ${real(path.y[0])}` +
      ` to ${real(path.x[last])}, ${real(path.y[last])}`;
  });
  return `The loss from ${real(grid.least)} to ${real(grid.greatest)} over ` +
    `${x} from ${real(x0)} to ${real(x1)} and ${y} from ${real(y0)} to ` +
    `${real(y1)}, lighter where it is lower. ${ways.join("; ")}.`;
}
