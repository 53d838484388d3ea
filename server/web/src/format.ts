// format.ts - numbers, durations and moments in words that line up.

const thin = "\u2009"; // between thousands
const minus = "\u2212";

/** A whole number with thin spaces between thousands: 2 000 000. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/^-/, minus)
    .replace(/\B(?=(\d{3})+$)/g, thin);
}

/** Some significant digits; 0.0001 to 999 999 plainly, else 1.23e−7. */
export function real(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${minus}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4
    ? value.toExponential(Math.max(digits - 2, 0))
      .replace(/\.?0*e/, "e").replace("e+", "e")
    : String(Number(value.toPrecision(size >= 1000 ? Math.max(digits, 6) : digits)));
  return text.replaceAll("-", minus);
}

/** All digits, with a real minus: what one copies or compares. */
export const exact = (value: number | null): string =>
  value === null ? "not finite" : String(value).replaceAll("-", minus);

/** 0.0042 → "4.2 ms", 90 → "1 min 30 s". */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1e-3) return `${real(seconds * 1e6, 2)} µs`;
  if (seconds < 1) return `${real(seconds * 1e3, 3)} ms`;
  if (seconds < 60) return `${real(seconds, 3)} s`;
  const s = Math.round(seconds);
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

/** 1536 → "1.5 KiB". */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; count >= 1024 && unit < units.length - 1; unit++) count /= 1024;
  return `${unit ? real(count, 3) : count} ${units[unit]}`;
}

/** "3 min ago". */
export function ago(moment: string | null, now = Date.now()): string {
  if (!moment) return "–";
  const s = Math.max(0, (now - Date.parse(moment)) / 1000);
  if (s < 5) return "just now";
  if (s < 60) return `${Math.floor(s)} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86400)} d ago`;
}

/** "27 Nov 2026, 17:48:03" in the reader's own time. */
export const moment = (text: string | null): string =>
  text ? new Date(text).toLocaleString([], {
    dateStyle: "medium", timeStyle: "medium",
  }) : "–";

/** "adam_w" → "adam w"; reasons and kinds as words. */
export const words = (name: string): string => name.replaceAll("_", " ");

/** "1 job", "3 jobs". */
export const counted = (count: number, one: string, many = one + "s"): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
