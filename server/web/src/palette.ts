// palette.ts - every colour that a canvas paints with, in tables.
//
// A series has a colour for the light page, the dark page and the map, a dash
// and the shape of its mark: no two are told apart by colour alone. The tables
// are those of the server's pictures (server/plot/ink.c), so that a run looks
// the same here and there. Style sheets have the rest: style/tokens.css.

export interface Ink {
  light: string;
  dark: string;
  /** On the landscape, above a dark casing. */
  map: string;
  dash: number[];
}

export const inks: Ink[] = [
  {light: "#b35c00", dark: "#ffa94d", map: "#ff9a2e", dash: []},
  {light: "#0a6fb0", dark: "#63b8f5", map: "#7ccbff", dash: [8, 2.5]},
  {light: "#a3156a", dark: "#ff8ac6", map: "#ff6fbe", dash: [3, 2]},
  {light: "#2f7d1f", dark: "#8fdc6f", map: "#a4f26b", dash: [10, 2.5, 3, 2.5]},
  {light: "#6b3fc0", dark: "#c4a5ff", map: "#cdb0ff", dash: [5, 2]},
  {light: "#7a6500", dark: "#f0dc4e", map: "#fff04d", dash: [14, 3]},
  {light: "#007a78", dark: "#58dcd6", map: "#5ff2e6", dash: [6, 2, 2, 2]},
  {light: "#4a5261", dark: "#c9d0da", map: "#ffffff",
   dash: [12, 2, 2, 2, 2, 2]},
];

/** Of every eight series the marks move on by one, and the dashes by three: no
 *  two of 64 look the same in all. */
const turned = (series: number, by: number): number =>
  (series + by * Math.floor(series / inks.length)) % inks.length;

/** The ink of a series, by its place in the page's order. */
export const inkOf = (series: number): Ink =>
  ({...inks[series % inks.length], dash: inks[turned(series, 3)].dash});

export const inkColour = (series: number, dark: boolean): string =>
  inkOf(series)[dark ? "dark" : "light"];

/** Under a path, so that it reads on the light and the dark end of the map. */
export const casing = "#0c1420";
/** Where the loss is not a number. */
export const missing = "#b9b4b0";

/** The map from low to high: light to dark, one way, in both themes. */
const map = [
  [0xfb, 0xfb, 0xe6], [0xdf, 0xf1, 0xcb], [0xae, 0xdf, 0xc3],
  [0x74, 0xc3, 0xc6], [0x42, 0x9d, 0xbf], [0x2e, 0x72, 0xa8],
  [0x29, 0x49, 0x86], [0x1e, 0x28, 0x5c],
];

/** The colour of the map at `part`, 0 the lowest and 1 the highest. */
export function mapColour(part: number): string {
  const at = Math.min(Math.max(part, 0), 1) * (map.length - 1);
  const stop = Math.min(Math.floor(at), map.length - 2);
  const rgb = map[stop].map((low, c) =>
    Math.round(low + (at - stop) * (map[stop + 1][c] - low)));
  return `rgb(${rgb.join(" ")})`;
}

/** Corners of the marks around (0, 0), the radius being 1; none: a circle. */
const shapes: [number, number][][] = [
  [],
  [[-.9, -.9], [.9, -.9], [.9, .9], [-.9, .9]],
  [[0, -1.2], [1.15, .8], [-1.15, .8]],
  [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  [[0, 1.2], [-1.15, -.8], [1.15, -.8]],
  [[0, -1.2], [1.14, -.37], [.71, .97], [-.71, .97], [-1.14, -.37]],
  [[-1.2, 0], [-.6, -1.04], [.6, -1.04], [1.2, 0], [.6, 1.04], [-.6, 1.04]],
  [[0, -1.45], [.36, -.49], [1.38, -.45], [.58, .19], [.85, 1.17], [0, .6],
   [-.85, 1.17], [-.58, .19], [-1.38, -.45], [-.36, -.49]],
];

/** Trace the mark of a series around (x, y); the caller fills or strokes. */
export function traceMark(path: CanvasPath, series: number, x: number,
                          y: number, radius: number): void {
  const corners = shapes[turned(series, 1)];
  if (!corners.length) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) =>
    path[i ? "lineTo" : "moveTo"](x + dx * radius, y + dy * radius));
  path.closePath();
}

/** The same as an SVG polygon's points, for keys and legends. */
export const markPoints = (series: number): string =>
  shapes[turned(series, 1)].map(([x, y]) => `${x},${y}`).join(" ");
