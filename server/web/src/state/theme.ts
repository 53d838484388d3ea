// theme.ts - light, dark, or as the system has it; kept in localStorage.
import {computed, effect, signal} from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const ITEM = "descentd-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", event => {
  systemDark.value = event.matches;
});

function stored(): Theme {
  const item = localStorage.getItem(ITEM);
  return item === "light" || item === "dark" ? item : "auto";
}

export const theme = signal<Theme>(stored());

/** Whether the page is dark now: canvases are painted anew with it. */
export const dark = computed(() =>
  theme.value === "auto" ? systemDark.value : theme.value === "dark");

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  if (theme.value === "auto") localStorage.removeItem(ITEM);
  else localStorage.setItem(ITEM, theme.value);
});

/** True for who asked the system for less motion. */
export const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");
