// keys.ts - the keyboard: a page lends its keys, inputs keep theirs.
import {signal} from "@preact/signals";
import {useEffect} from "preact/hooks";

export interface Key {
  /** As KeyboardEvent.key says it; "Shift+" may stand before an arrow. */
  key: string;
  /** What it does, for the list that `?` shows. */
  does: string;
  run(event: KeyboardEvent): void;
}

const layers: Key[][] = [];

/** The keys that work now, for the list. */
export const keysNow = signal<Key[]>([]);

/** Lend keys while the component lives; the later component goes first. */
export function useKeys(keys: Key[]): void {
  useEffect(() => {
    layers.unshift(keys);
    keysNow.value = layers.flat();
    return () => {
      layers.splice(layers.indexOf(keys), 1);
      keysNow.value = layers.flat();
    };
  });
}

const TAKES_TEXT = "input:not([type=checkbox]):not([type=radio])" +
  ":not([type=range]), textarea, select, [contenteditable]";
const TAKES_SPACE = "button, a, summary, input, [role=tab]";
const TAKES_ARROWS = "input, [role=tablist], [role=tab]";

function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector("dialog[open]")) return true;
  return target.matches(TAKES_TEXT) ||
    (event.key === " " && target.matches(TAKES_SPACE)) ||
    (event.key.startsWith("Arrow") && target.matches(TAKES_ARROWS));
}

window.addEventListener("keydown", event => {
  if (event.defaultPrevented || isTaken(event)) return;
  const name = event.shiftKey && event.key.length > 1
    ? `Shift+${event.key}` : event.key;
  const key = layers.flat().find(candidate => candidate.key === name);
  if (!key) return;
  event.preventDefault();
  key.run(event);
});
