// job_banner.tsx - where a run went wrong: why, and what to try.
import {useSignal} from "@preact/signals";

import {post} from "../api/client";
import type {Job} from "../api/types";
import {real} from "../format";
import {Button} from "../parts/button";
import {Icon} from "../parts/icon";
import {go} from "../state/route";
import {complain} from "../state/say";
import {adviceOf, type Advice} from "./job_advice";
import {nameOf} from "./jobs_columns";
import type {JobData} from "./job_data";

/** A sentence's first letter is large, and it has an end. */
const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

export function JobBanner({data}: {data: JobData}) {
  const job = data.job.value!, spec = data.spec.data.value;
  const message = data.result.data.value?.outcome?.message;
  const bad = job.outcome?.class === "diverged" || job.state === "failed";
  const busy = useSignal(false);
  if (!bad && !job.warnings.length) return null;
  const advice: Advice = job.outcome?.class === "diverged"
    ? adviceOf(spec, data.trace.value) : {text: "", rate: null};
  const reasons = job.error?.errors ?? [];

  async function retry(): Promise<void> {
    busy.value = true;
    try {
      const next = await post<Job>("/jobs", {
        ...spec, name: `${nameOf(job)}, rate ${advice.rate}`.slice(0, 200),
        optimizer: {...(spec!.optimizer as object), learning_rate: advice.rate},
      });
      go(`/jobs/${next.id}`, {from: job.id});
    } catch (error) {
      complain(error);
    }
    busy.value = false;
  }

  return (
    <div class={`trouble${bad ? "" : " mild"}`} role="note" aria-label="What happened">
      <Icon name={bad ? "diverged" : "failed"} />
      <div>
        {bad && <strong>{sentence(message ?? job.error?.detail ?? job.error?.title ??
          "The run has diverged")}</strong>}
        {advice.text && <p>{advice.text}</p>}
        {(reasons.length > 0 || job.warnings.length > 0) && (
          <ul>{[...reasons, ...job.warnings].map((each, k) => (
            <li key={k}>{each.detail ?? each.code}</li>))}</ul>)}
      </div>
      {advice.rate !== null && spec && (
        <Button label={`Try ${real(advice.rate, 2)}`} icon="again" disabled={busy.value}
                onClick={() => void retry()} />)}
    </div>
  );
}
