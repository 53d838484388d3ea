// player.tsx - play, step and slide through the frames of a run.
//
// `at` is a value on the axis that is played (an iteration, evaluations,
// seconds); `frames` are the values that it can stop at, rising. Between two
// frames `at` moves evenly while it plays, so that a mark glides. A whole run
// takes some seconds whatever its length; speed is a factor on that.
import {useSignal, type Signal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {whole} from "../format";
import {frameBefore} from "../frames";
import {useKeys} from "../state/keys";
import {lessMotion} from "../state/theme";
import {Button} from "./button";

const WHOLE_RUN_S_MIN = 3;
const WHOLE_RUN_S_MAX = 10;
const FRAMES_PER_S = 12;
const CALM_JUMPS = 10; // for who wants less motion
const SPEEDS = [0.5, 1, 2, 4, 8];

export interface PlayerProps {
  frames: number[];
  at: Signal<number>;
  /** What `at` counts: "iteration". */
  unit: string;
  /** `at` in words; left out: a whole number. */
  format?(value: number): string;
  /** Called when the user put `at` somewhere, not at every frame of a play. */
  onRest?(value: number): void;
}

/** `value` as an index with a fraction. */
function placeOf(frames: number[], value: number): number {
  const before = frameBefore(frames, value);
  const gap = frames[before + 1] - frames[before];
  return gap > 0 ? before + Math.min(Math.max(value - frames[before], 0) / gap, 1)
    : before;
}

/** The value at an index with a fraction. */
function valueAt(frames: number[], place: number): number {
  const before = Math.min(Math.floor(place), frames.length - 1);
  const next = Math.min(before + 1, frames.length - 1);
  return frames[before] + (place - before) * (frames[next] - frames[before]);
}

export function Player(props: PlayerProps) {
  const {frames, at, unit, format = whole} = props;
  const playing = useSignal(false);
  const loop = useSignal(false);
  const speed = useSignal(1);
  const last = Math.max(frames.length - 1, 0);
  const live = useMemo(() => ({props}), []);
  live.props = props;

  function rest(value: number): void {
    playing.value = false;
    at.value = value;
    live.props.onRest?.(value);
  }

  function step(by: number): void {
    const before = frameBefore(frames, at.value);
    rest(frames[Math.min(Math.max(before + by, 0), last)] ?? 0);
  }

  function toggle(): void {
    if (playing.value) return rest(frames[frameBefore(frames, at.value)] ?? 0);
    if (at.value >= frames[last]) at.value = frames[0];
    playing.value = true;
  }

  useEffect(() => {
    if (!playing.value) return;
    let then = performance.now(), waited = 0, request = 0;

    function frame(now: number): void {
      const {frames} = live.props, end = frames.length - 1;
      const wholeRun = Math.min(Math.max(end / FRAMES_PER_S, WHOLE_RUN_S_MIN),
                                WHOLE_RUN_S_MAX) / speed.value;
      let passed = (now - then) / 1000;
      then = now;
      if (lessMotion.matches) {
        waited += passed;
        passed = waited < wholeRun / CALM_JUMPS ? 0 : waited;
        if (passed) waited = 0;
      }
      let place = placeOf(frames, at.value) + passed * end / wholeRun;
      if (place >= end) {
        if (!loop.value) return rest(frames[end]);
        place = 0;
      }
      at.value = valueAt(frames, place);
      request = requestAnimationFrame(frame);
    }

    request = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(request);
  }, [playing.value]);

  useKeys([
    {key: " ", does: "Play or pause", run: toggle},
    {key: "ArrowLeft", does: "A step back", run: () => step(-1)},
    {key: "ArrowRight", does: "A step on", run: () => step(1)},
    {key: "Shift+ArrowLeft", does: "Ten steps back", run: () => step(-10)},
    {key: "Shift+ArrowRight", does: "Ten steps on", run: () => step(10)},
  ]);

  const place = frameBefore(frames, at.value);
  const shown = format(frames[place] ?? 0);
  return (
    <div class="player" role="group" aria-label="Player">
      <Button label={playing.value ? "Pause" : "Play"} bare kind="main"
              icon={playing.value ? "pause" : "play"} onClick={toggle} />
      <Button label="A step back" icon="back" kind="ghost" bare
              onClick={() => step(-1)} />
      <Button label="A step on" icon="forward" kind="ghost" bare
              onClick={() => step(1)} />
      <input type="range" min={0} max={last} step={1} value={place}
             aria-label={unit} aria-valuetext={`${unit} ${shown}`}
             onInput={event => rest(frames[event.currentTarget.valueAsNumber])} />
      <output class="player-at">
        <span>{unit}</span> {shown} <small>of {format(frames[last] ?? 0)}</small>
      </output>
      <select aria-label="Speed" value={speed.value}
              onChange={event => { speed.value = Number(event.currentTarget.value); }}>
        {SPEEDS.map(factor => (
          <option key={factor} value={factor}>{factor === 0.5 ? "½" : factor}×</option>
        ))}
      </select>
      <Button label="Again from the start when it ends" icon="loop" kind="ghost"
              bare pressed={loop.value} onClick={() => { loop.value = !loop.value; }} />
    </div>
  );
}
