// jobs_chosen.tsx - what one can do with the jobs that are chosen, however many.
import {useSignal, type Signal} from "@preact/signals";

import {Failure, get, post, remove, withQuery} from "../api/client";
import type {Job, JobList, Spec} from "../api/types";
import {counted, whole} from "../format";
import {isEnded} from "../parts/badge";
import {Button} from "../parts/button";
import {confirm} from "../parts/dialog";
import {keepFile} from "../parts/download";
import {go} from "../state/route";
import {complain, toast} from "../state/say";

const COMPARED_MAX = 100; // of GET /traces
const NAMED_MAX = 100;    // of GET /jobs?ids=
const PAGE_MAX = 500;
const AT_ONCE = 4;        // requests under way; a browser opens six

export function compare(ids: string[]): void {
  if (ids.length) go("/compare", {jobs: ids.slice(0, COMPARED_MAX).join()});
}

interface ChosenBarProps {
  rows: Job[];
  chosen: Signal<ReadonlySet<string>>;
  /** The list's address: its filters choose "all". */
  path: string;
  /** There are other pages than the one that is shown. */
  more: boolean;
  onDone(): void;
}

export function ChosenBar({rows, chosen, path, more, onDone}: ChosenBarProps) {
  const ids = [...chosen.value];
  const busy = useSignal<string | null>(null);
  const known = new Map(rows.map(job => [job.id, job]));
  // Of a job on another page nobody knows here whether it has ended.
  const going = ids.filter(id => !known.has(id) || !isEnded(known.get(id)!));
  const stopped = useSignal(false);

  /** Do it to each, some at once, and say how many it was done to. */
  async function each(doing: string, did: string, of: string[],
                      act: (id: string) => Promise<unknown>): Promise<void> {
    let next = 0, done = 0, failed: unknown = null;
    stopped.value = false;
    async function work(): Promise<void> {
      while (next < of.length && !stopped.peek()) {
        try {
          await act(of[next++]);
          done++;
          if (done % 25 === 0 || of.length < 50) {
            busy.value = `${doing} ${whole(done)} of ${whole(of.length)}`;
          }
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          if (error.status === 404) continue; // somebody else deleted it
          failed = error;
          if (!error.status || error.status === 401 || error.status === 403) {
            stopped.value = true;
          }
        }
      }
    }
    busy.value = `${doing} ${counted(of.length, "job")}`;
    await Promise.all(Array.from({length: AT_ONCE}, work));
    busy.value = null;
    if (done) toast(`${counted(done, "job")} ${did}`);
    if (failed) complain(failed);
    onDone();
  }

  /** All that the filters match, page by page. */
  async function chooseAll(): Promise<void> {
    const all = new Set(chosen.value), url = new URL(path, location.origin);
    const filters = Object.fromEntries(url.searchParams);
    let cursor: string | null = null;
    stopped.value = false;
    busy.value = "Choosing";
    try {
      do {
        const page: JobList = await get<JobList>(withQuery("/jobs", {
          ...filters, sparkline: null, limit: PAGE_MAX, cursor}));
        for (const job of page.items) all.add(job.id);
        cursor = page.next;
        busy.value = `Choosing, ${whole(all.size)} so far`;
      } while (cursor && !stopped.peek());
      chosen.value = all;
    } catch (error) {
      complain(error);
    }
    busy.value = null;
  }

  async function runAgain(id: string): Promise<void> {
    await post("/jobs", await get<Spec>(`/jobs/${id}/spec`));
  }

  async function cancelAll(): Promise<void> {
    const name = counted(going.length, "job");
    if (going.length > 1 && !await confirm(
      `Cancel ${name}?`, "Those that have ended stay as they are.", `Cancel ${name}`)) return;
    await each("Canceling", "asked to end", going, async id => {
      try {
        await post(`/jobs/${id}/cancel`, {});
      } catch (error) {
        if (!(error instanceof Failure) || error.status !== 409) throw error; // it has ended
      }
    });
  }

  async function deleteAll(): Promise<void> {
    const name = counted(ids.length, "job");
    const text = "Their traces go with them. This cannot be undone. " +
      "Those that have not ended are canceled first.";
    if (!await confirm(`Delete ${name}?`, text, `Delete ${name}`)) return;
    await each("Deleting", "deleted", ids, async id => {
      await remove(`/jobs/${id}?force=true`);
      const rest = new Set(chosen.value);
      rest.delete(id);
      chosen.value = rest;
    });
  }

  async function exportAll(): Promise<void> {
    const lines: string[] = [];
    try {
      for (let from = 0; from < ids.length; from += NAMED_MAX) {
        const page = await get<JobList>(withQuery("/jobs", {
          ids: ids.slice(from, from + NAMED_MAX).join()}));
        lines.push(...page.items.map(job => `${JSON.stringify(job)}\n`));
      }
      keepFile(new Blob(lines, {type: "application/x-ndjson"}), "jobs.ndjson");
    } catch (error) {
      complain(error);
    }
  }

  return (
    <div class="chosen-bar" role="region" aria-label="Chosen jobs">
      <strong>{whole(ids.length)} chosen</strong>
      {busy.value !== null ? (
        <>
          <span role="status">{busy.value}</span>
          <Button label="Stop" icon="canceled" onClick={() => { stopped.value = true; }} />
        </>
      ) : (
        <>
          {more && <Button label="All that match" kind="ghost" onClick={() => void chooseAll()} />}
          <Button label="Compare" icon="compare" kind="main"
                  disabled={ids.length > COMPARED_MAX} onClick={() => compare(ids)} />
          <Button label="Run again" icon="again"
                  onClick={() => void each("Starting", "started", ids, runAgain)} />
          {going.length > 0 && <Button label="Cancel" icon="canceled" onClick={() => void cancelAll()} />}
          <Button label="Export" icon="download" onClick={() => void exportAll()} />
          <Button label="Delete" icon="trash" onClick={() => void deleteAll()} />
          <Button label="Choose none" icon="close" kind="ghost" bare
                  onClick={() => { chosen.value = new Set(); }} />
        </>)}
    </div>
  );
}
