// icon.tsx - line icons of 16 by 16, drawn by paths in one table.
const paths = {
  queued: "M8 3.5V8l3 2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z",
  running: "M14 8a6 6 0 1 1-3-5.2M11 1v3h-3",
  paused: "M6 4v8M10 4v8",
  converged: "M2.5 8.5l3.5 3.5 7.5-8",
  budget: "M3.5 2v12M3.5 3h9l-2 3 2 3h-9",
  diverged: "M2 13c5 0 9-3 11-10M9.5 4 13 2.5 14 6",
  failed: "M8 2 14.5 13.5h-13ZM8 6.5v3M8 11.6v.1",
  canceled: "M4 4l8 8M12 4l-8 8",
  play: "M5 3v10l8-5Z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  back: "M10 3.5 5.5 8l4.5 4.5",
  forward: "M6 3.5 10.5 8 6 12.5",
  first: "M4 3.5v9M11.5 3.5 7 8l4.5 4.5",
  loop: "M3 9V7a3 3 0 0 1 3-3h7M11 2l2 2-2 2M13 7v2a3 3 0 0 1-3 3H3M5 14l-2-2 2-2",
  search: "M11 7A4 4 0 1 1 3 7a4 4 0 0 1 8 0ZM10 10l4 4",
  plus: "M8 3v10M3 8h10",
  download: "M8 2.5v7.5M4.5 7 8 10.5 11.5 7M3 13.5h10",
  copy: "M6 5.5h7.5V14H6ZM10 5.5V2H2.5v8.5H6",
  more: "M3 8h.1M8 8h.1M13 8h.1",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M11 8A3 3 0 1 1 5 8a3 3 0 0 1 6 0ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13.5 9.5A6 6 0 1 1 6.5 2.5a4.7 4.7 0 0 0 7 7Z",
  auto: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM8 2v12M8 5h4.5M8 8h6M8 11h4.5",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4",
  again: "M2 8a6 6 0 1 1 2 4.5M2 13v-3h3",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  compare: "M5 13V6M8 13V3M11 13V8",
  help: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.3M8 11.6v.1",
  key: "M9 6.5A3.2 3.2 0 1 1 2.5 6.5a3.2 3.2 0 0 1 6.5 0ZM8 8.5l5.5 5.5M11 11.5l1.5-1.5",
} satisfies Record<string, string>;

export type IconName = keyof typeof paths;

/** Says nothing to a screen reader: a word stands beside it, or a label. */
export function Icon({name}: {name: IconName}) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
