// spark.tsx - a curve as wide as a word: the losses of a job in the list.
import type {Real} from "../api/types";

const WIDTH = 88, HEIGHT = 22, MARGIN = 2;

/** On a log axis where all losses are above zero. Says nothing aloud. */
export function Spark({values}: {values: Real[]}) {
  const finite = values.filter(value => value !== null) as number[];
  if (finite.length < 2) return <svg class="spark" width={WIDTH} height={HEIGHT} />;

  const log = finite.every(value => value > 0);
  const scaled = values.map(value =>
    value === null ? null : log ? Math.log(value) : value);
  const known = scaled.filter(value => value !== null) as number[];
  const low = Math.min(...known), span = Math.max(...known) - low || 1;
  let path = "", pen = "M";
  scaled.forEach((value, i) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const x = MARGIN + i / (values.length - 1) * (WIDTH - 2 * MARGIN);
    const y = HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
