// badge.tsx - how a job stands: an icon, a word and a tone, of one table.
import type {Job} from "../api/types";
import {words} from "../format";
import {Icon, type IconName} from "./icon";

export type Tone = "quiet" | "busy" | "good" | "spent" | "bad";

export interface Standing {
  icon: IconName;
  word: string;
  tone: Tone;
}

export const standings = {
  queued: {icon: "queued", word: "Queued", tone: "quiet"},
  running: {icon: "running", word: "Running", tone: "busy"},
  paused: {icon: "paused", word: "Paused", tone: "quiet"},
  converged: {icon: "converged", word: "Converged", tone: "good"},
  budget: {icon: "budget", word: "Stopped", tone: "spent"},
  diverged: {icon: "diverged", word: "Diverged", tone: "bad"},
  completed: {icon: "converged", word: "Completed", tone: "good"},
  failed: {icon: "failed", word: "Failed", tone: "bad"},
  canceled: {icon: "canceled", word: "Canceled", tone: "quiet"},
} satisfies Record<string, Standing>;

/** Why a run ended, to be read after "it". */
const reasons: Record<string, string> = {
  gradient_tolerance: "The gradient is as small as was asked for.",
  loss_tolerance: "The loss hardly changes any more.",
  step_tolerance: "The steps are as short as was asked for.",
  target_loss: "The target loss is reached.",
  fixed_point: "Nothing moves any more: the gradient is zero.",
  line_search: "No better point is found along the line.",
  max_iterations: "All allowed iterations were made.",
  max_epochs: "All allowed epochs were made.",
  max_evaluations: "All allowed evaluations were made.",
  time_limit: "The time was up.",
  patience: "It did not get better for as long as was allowed.",
  stalled: "No better point is found, but the gradient is not small.",
  diverged: "The loss grew out of bounds.",
  nonfinite: "A number became infinite or NaN.",
  unbounded: "The loss falls without end.",
  infeasible: "No point that meets the constraints is found.",
};

export function standingOf(job: Job): Standing {
  if (job.state === "completed" && job.outcome) return standings[job.outcome.class];
  return standings[job.state];
}

/** Why a run ended, as a sentence. */
export const reasonSentence = (reason: string): string =>
  reasons[reason] ?? `${words(reason)}.`;

/** The outcome in a sentence; of a job that has not ended its state. */
export function outcomeSentence(job: Job): string {
  if (job.outcome) {
    return reasonSentence(job.outcome.reason);
  }
  if (job.error) return job.error.detail ?? job.error.title;
  if (job.requested) return `Asked to ${job.requested}.`;
  return {
    queued: "It waits for a worker.", running: "It is running.",
    paused: "It is paused.", completed: "It has ended.",
    failed: "The server could not run it.", canceled: "It was canceled.",
  }[job.state];
}

export const isEnded = (job: Job): boolean =>
  job.state === "completed" || job.state === "failed" || job.state === "canceled";

export function Badge({standing}: {standing: Standing}) {
  return (
    <span class={`badge tone-${standing.tone}`}>
      <Icon name={standing.icon} />{standing.word}
    </span>
  );
}

export const JobBadge = ({job}: {job: Job}) => <Badge standing={standingOf(job)} />;
