// say.ts - words to the user: toasts that are seen, sentences that are heard.
import {signal} from "@preact/signals";

import {Failure} from "../api/client";

export interface Toast {
  id: number;
  kind: "note" | "alarm";
  text: string;
}

const TOAST_MS = 6000;
let last = 0;

export const toasts = signal<Toast[]>([]);

/** What the live region says; screen readers read it politely. */
export const spoken = signal("");

/** Show a sentence for some seconds; an alarm stays until it is dismissed. */
export function toast(text: string, kind: Toast["kind"] = "note"): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), {id, kind, text}];
  if (kind === "note") setTimeout(() => dismiss(id), TOAST_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter(toast => toast.id !== id);
}

/** Tell a screen reader, and nobody else. */
export function speak(sentence: string): void {
  spoken.value = sentence;
}

/** Show what the server said no with; anything else is a fault of ours. */
export function complain(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  if (error.status === 401) return; // the layout asks for the key
  const faults = error.faults.map(fault => fault.detail).join("; ");
  toast(faults || error.message, "alarm");
}
