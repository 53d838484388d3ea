// queue.ts - how busy the server is: asked now and then, while somebody looks.
//
// One timer for the header and for whoever wants more than its figures. Where
// a page asks the server anyway (the list of jobs has counts), what it heard
// is given to heard(), and nothing else is asked meanwhile.
import {signal} from "@preact/signals";

import {Failure, get, keyVersion} from "../api/client";
import type {JobList, Queue} from "../api/types";

export const LOOK_MS = 15000;

/** The last answer; null: none yet. */
export const queue = signal<Queue | null>(null);
/** Why there is no newer one. */
export const queueFailure = signal<Failure | null>(null);

/** What the header says. */
export const busyness = signal<{busy: number; waiting: number} | null>(null);

let last = -Infinity, timer = 0;

async function look(): Promise<void> {
  last = performance.now();
  try {
    const answer = queue.value = await get<Queue>("/queue");
    queueFailure.value = null;
    busyness.value = {busy: answer.workers.busy, waiting: answer.depth};
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    queueFailure.value = error;
  }
}

/** Look again when the last look is long ago and the page is seen. */
function tick(): void {
  clearTimeout(timer);
  if (document.hidden) return;
  const left = last + LOOK_MS - performance.now();
  if (left <= 0) void look();
  timer = window.setTimeout(tick, left > 0 ? left : LOOK_MS);
}

/** Begin; called once, by the layout. */
export function watchQueue(): () => void {
  document.addEventListener("visibilitychange", tick);
  const stop = keyVersion.subscribe(() => {
    last = -Infinity;
    tick();
  });
  return () => {
    stop();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}

/** A list of jobs told how many there are. */
export function heard({running = 0, queued = 0}: JobList["counts"]): void {
  last = performance.now();
  busyness.value = {busy: running, waiting: queued};
}
