// gestures.ts - wheel, drag, pinch and click on a plot, as new bounds.
import {isInside, pixelToX, pixelToY, zoomed, type Bounds, type Plane} from "./plane";

const CLICK_PIXELS = 4;

export interface GestureHandlers {
  plane(): Plane;
  /** The bounds change under the fingers. */
  onBounds(bounds: Bounds): void;
  onClick(x: number, y: number): void;
  /** Where the pointer is, in numbers; null: it left. */
  onPoint(point: {x: number; y: number} | null): void;
  /** A handle under a pixel that can be dragged; null: none, the plot moves. */
  grab(px: number, py: number): ((x: number, y: number) => void) | null;
}

/** Listen on `element`; the returned function stops it. The wheel zooms when
 *  the plot has the focus, or with Ctrl (a pinch on a pad), so that a page
 *  that scrolls by is not caught. */
export function listenGestures(element: HTMLElement,
                               handlers: GestureHandlers): () => void {
  const fingers = new Map<number, {x: number; y: number}>();
  const stop = new AbortController();
  const {signal} = stop;
  let moved = 0, dragged: ((x: number, y: number) => void) | null = null;

  function place(event: MouseEvent): {x: number; y: number} {
    const box = element.getBoundingClientRect();
    return {x: event.clientX - box.left, y: event.clientY - box.top};
  }

  function numbers({x, y}: {x: number; y: number}, plane: Plane): [number, number] {
    return [pixelToX(plane, x), pixelToY(plane, y)];
  }

  function pan(dx: number, dy: number): void {
    const {bounds: [x0, x1, y0, y1], width, height} = handlers.plane();
    const [sx, sy] = [dx / width * (x1 - x0), dy / height * (y1 - y0)];
    handlers.onBounds([x0 - sx, x1 - sx, y0 + sy, y1 + sy]);
  }

  function pinch(before: {x: number; y: number}[], after: {x: number; y: number}[]): void {
    const span = ([a, b]: {x: number; y: number}[]) =>
      Math.hypot(a.x - b.x, a.y - b.y) || 1;
    const middle = ([a, b]: {x: number; y: number}[]) =>
      ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});
    const plane = handlers.plane();
    const [x, y] = numbers(middle(before), plane);
    handlers.onBounds(zoomed(plane.bounds, span(before) / span(after), x, y));
    pan(middle(after).x - middle(before).x, middle(after).y - middle(before).y);
  }

  element.addEventListener("pointerdown", event => {
    const point = place(event);
    if (event.button !== 0 || !isInside(handlers.plane(), point.x, point.y)) return;
    fingers.set(event.pointerId, point);
    element.setPointerCapture(event.pointerId);
    if (fingers.size === 1) {
      moved = 0;
      dragged = handlers.grab(point.x, point.y);
    }
  }, {signal});

  element.addEventListener("pointermove", event => {
    const point = place(event), plane = handlers.plane();
    const known = fingers.get(event.pointerId);
    handlers.onPoint(isInside(plane, point.x, point.y)
      ? {x: pixelToX(plane, point.x), y: pixelToY(plane, point.y)} : null);
    if (!known) return;
    const before = [...fingers.values()];
    fingers.set(event.pointerId, point);
    moved += Math.abs(point.x - known.x) + Math.abs(point.y - known.y);
    if (fingers.size === 2) pinch(before, [...fingers.values()]);
    else if (moved <= CLICK_PIXELS) return;
    else if (dragged) dragged(...numbers(point, plane));
    else pan(point.x - known.x, point.y - known.y);
  }, {signal});

  function release(event: PointerEvent): void {
    if (!fingers.delete(event.pointerId)) return;
    const plane = handlers.plane();
    if (event.type === "pointerup" && moved <= CLICK_PIXELS && !fingers.size) {
      handlers.onClick(...numbers(place(event), plane));
    }
  }
  element.addEventListener("pointerup", release, {signal});
  element.addEventListener("pointercancel", release, {signal});
  element.addEventListener("pointerleave", () => handlers.onPoint(null), {signal});

  element.addEventListener("wheel", event => {
    const focused = document.activeElement === element;
    const point = place(event), plane = handlers.plane();
    if (!(event.ctrlKey || focused) || !isInside(plane, point.x, point.y)) return;
    event.preventDefault();
    const [x, y] = numbers(point, plane);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    handlers.onBounds(zoomed(plane.bounds,
      Math.exp(event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), x, y));
  }, {signal, passive: false});

  return () => stop.abort();
}
