// compare_pick.tsx - a search box that adds a job to the comparison.
import {useSignal} from "@preact/signals";
import {useEffect} from "preact/hooks";

import {withQuery} from "../api/client";
import {useResource} from "../api/resource";
import type {JobList} from "../api/types";
import {real, words} from "../format";
import {JobBadge} from "../parts/badge";
import {Icon} from "../parts/icon";
import {nameOf} from "./jobs_columns";

const FOUND_MAX = 12;
const SEARCH_REST_MS = 200;

export function PickJob({input, taken, onPick, open}: {
  input: {current: HTMLInputElement | null};
  taken: string[];
  onPick(id: string): void;
  /** The list stands below the box all the time. */
  open?: boolean;
}) {
  const typed = useSignal(""), q = useSignal(""), focused = useSignal(false);
  const shown = open || focused.value;
  const found = useResource<JobList>(shown
    ? withQuery("/jobs", {q: q.value, limit: FOUND_MAX}) : null);
  const jobs = (found.data.value?.items ?? []).filter(({id}) => !taken.includes(id));

  useEffect(() => {
    const timer = setTimeout(() => { q.value = typed.value.trim(); }, SEARCH_REST_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);

  function leave(event: FocusEvent): void {
    const next = event.relatedTarget as Node | null;
    if (!(event.currentTarget as Node).contains(next)) focused.value = false;
  }

  /** The arrows go through the box and the jobs below it. */
  function move(event: KeyboardEvent): void {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    const places = [...(event.currentTarget as Element)
      .querySelectorAll<HTMLElement>("input, .pick-list button")];
    if (event.key === "Escape") {
      focused.value = false;
      input.current!.blur();
    } else if (event.key === "Enter" && event.target === input.current) {
      if (jobs[0]) pick(jobs[0].id);
    } else if (step) {
      const at = places.indexOf(document.activeElement as HTMLElement);
      places[Math.min(Math.max(at + step, 0), places.length - 1)].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function pick(id: string): void {
    onPick(id);
    typed.value = "";
    input.current?.focus();
  }

  return (
    <div class={`pick${open ? " open" : ""}`} onFocusIn={() => { focused.value = true; }}
         onFocusOut={leave} onKeyDown={move}>
      <label class="search">
        <Icon name="plus" /><span class="unseen">Add a job</span>
        <input ref={input} type="search" placeholder="Add a job" value={typed.value}
               autocomplete="off"
               onInput={event => { typed.value = event.currentTarget.value; }} />
        <kbd aria-hidden="true">/</kbd>
      </label>
      {shown && found.data.value && (
        <ul class="pick-list" aria-label="Jobs to add">
          {jobs.map(job => (
            <li key={job.id}><button type="button" onClick={() => pick(job.id)}>
              <JobBadge job={job} /><strong>{nameOf(job)}</strong>
              <small>{words(job.optimizer)}, loss {real(job.current?.loss)}</small>
            </button></li>
          ))}
          {!jobs.length && <li class="note">No other job is like that</li>}
        </ul>
      )}
    </div>
  );
}
