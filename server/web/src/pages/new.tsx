// new.tsx - a new job: form and JSON, two views of one spec, and beside them
// what would happen.
import {useSignal} from "@preact/signals";
import {useEffect} from "preact/hooks";

import {Failure, get, post} from "../api/client";
import {useResource} from "../api/resource";
import type {Job, Json, Spec} from "../api/types";
import {PageHead, Panel, Trouble} from "../parts/blocks";
import {Button, Choice, Menu} from "../parts/button";
import {CopyButton, curlOf} from "../parts/download";
import {jsonText} from "../parts/json";
import {presets} from "../presets";
import {go, queried, setQuery} from "../state/route";
import {complain, speak, toast} from "../state/say";
import {useKeys} from "../state/keys";
import {check, checking, fitAgain, useCheck} from "./new_check";
import {Faults} from "./new_fields";
import {Form} from "./new_form";
import {PreviewPart} from "./new_preview";
import {beginDraft, changeDraft, draft, isObject, leaveDraft, memberOf, readDraft,
        returnToDraft, specsOf, writeDraft} from "./new_state";
import type {Listed, Optimizer} from "./new_tables";

const views = [["", "Form"], ["json", "JSON"]] as const;

export function NewPage() {
  const optimizers = useResource<Listed<Optimizer>>("/optimizers?full=true");
  const items = optimizers.data.value?.items ?? [];
  const busy = useSignal(false);
  const view = queried("as") as "" | "json";
  const {text, more} = draft.value;
  const ready = text === null && !check.value.faults.length && !checking.value;

  useDraft();
  useCheck();

  async function run(): Promise<void> {
    if (busy.value || draft.value.text !== null) return;
    busy.value = true;
    writeDraft();
    const jobs: Job[] = [];
    try {
      for (const spec of specsOf(draft.value)) jobs.push(await post<Job>("/jobs", spec));
      if (jobs.length === 1) go(`/jobs/${jobs[0].id}`);
      else go("/compare", {jobs: jobs.map(({id}) => id).join()});
    } catch (error) {
      if (error instanceof Failure && error.faults.length && !jobs.length) {
        check.value = {...check.value, faults: error.faults};
        speak(`${error.faults.length} faults in the spec.`);
        document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      } else complain(error);
      if (jobs.length) toast(`${jobs.length} were started before that.`, "alarm");
    }
    busy.value = false;
  }

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void run();
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  // For the list of keys; with Ctrl it comes through the listener above.
  useKeys([{key: "Ctrl+Enter", does: "Run", run: () => void run()}]);

  return (
    <>
      <PageHead title="New job">
        <Choice label="View of the spec" options={views} value={view}
                onChange={value => setQuery({as: value})} />
        <Presets />
        <Button label={more.length ? `Run ${more.length + 1} jobs` : "Run"} icon="play"
                kind="main" disabled={busy.value || text !== null} onClick={() => void run()} />
      </PageHead>
      {optimizers.failure.value && (
        <Trouble failure={optimizers.failure.value} onAgain={optimizers.reload} />)}
      <div class="new" aria-busy={!ready && checking.value && !check.value.full}>
        <div class="spec-side">
          {text !== null && view === "" && <Unread />}
          {view === "json" ? <JsonView />
            : <fieldset disabled={text !== null}><Form optimizers={items} /></fieldset>}
        </div>
        <div class="preview-side">
          <PreviewPart optimizers={items} />
        </div>
      </div>
      <Curl />
    </>
  );
}

/** Take the draft of the address, or begin one. */
function useDraft(): void {
  const from = queried("from"), place = queried("s") + queried("kept");
  useEffect(() => {
    if (returnToDraft()) return;
    if (from) void copyOf(from);
    else if (place) readDraft();
    else beginDraft();
  }, [from, place]);
  useEffect(() => {
    window.addEventListener("pagehide", leaveDraft);
    return () => window.removeEventListener("pagehide", leaveDraft);
  }, []);
}

async function copyOf(id: string): Promise<void> {
  try {
    const spec = await get<Spec>(`/jobs/${id}/spec`);
    changeDraft({spec: bare(spec) as Spec, more: [], text: null});
  } catch (error) {
    complain(error);
    beginDraft();
  }
}

/** Without the members that say nothing: null is what left out is. */
function bare(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([, each]) => each !== null && !(Array.isArray(each) && !each.length))
    .map(([name, each]) => [name, bare(each)]));
}

function take(spec: Spec, starts: Json[]): void {
  changeDraft({spec, more: starts, text: null});
  setQuery({view: null});
  fitAgain();
}

function Presets() {
  return (
    <Menu label="Presets" icon="more">
      {presets.flatMap(({name, specs}) => {
        const [first, ...rest] = specs;
        const onlyStarts = rest.every(spec =>
          JSON.stringify([spec.objective, spec.optimizer, spec.batch_size]) ===
          JSON.stringify([first.objective, first.optimizer, first.batch_size]));
        const choices = onlyStarts
          ? [{word: name, spec: {...first, name: name.toLowerCase()},
              more: rest.map(({start}) => start ?? null)}]
          : specs.map(spec => ({word: String(spec.name), spec, more: []}));
        return choices.map(({word, spec, more}) => (
          <button type="button" key={word} class="menu-item"
                  onClick={() => take(spec, more)}>
            {word.replace(/^./, letter => letter.toUpperCase())}
          </button>
        ));
      })}
    </Menu>
  );
}

/** The form has nothing to show of a text that is no JSON. */
function Unread() {
  return (
    <div class="trouble" role="alert">
      <div>
        <strong>The JSON cannot be read</strong>
        <p>The form shows the last that could. The text is kept.</p>
      </div>
      <Button label="Back to it" onClick={() => setQuery({as: "json"})} />
      <Button label="Drop it" onClick={() => changeDraft({text: null})} />
    </div>
  );
}

function JsonView() {
  const typed = useSignal<string | null>(null);
  const {spec, text, more} = draft.value;
  const own = jsonText(spec);
  const shown = text ?? (typed.value !== null && same(typed.value, spec)
    ? typed.value : own);
  const faults = check.value.faults;

  function write(text: string): void {
    typed.value = text;
    const read = parse(text);
    if (isObject(read)) changeDraft({spec: read, text: null}, true);
    else changeDraft({text}, true);
  }

  return (
    <Panel title="Spec" note={more.length > 0 && `and ${more.length} more ${
      more.length === 1 ? "start" : "starts"}: ${more.map(start => JSON.stringify(start)).join(" ")}`}
           tools={<CopyButton label="JSON" kind="ghost" text={() => shown} />}>
      <textarea class="json-editor" aria-label="The spec as JSON" spellcheck={false}
                rows={Math.max(18, shown.split("\n").length + 1)}
                aria-invalid={text !== null || faults.length > 0 || undefined}
                aria-describedby="json-said" value={shown}
                onInput={event => write(event.currentTarget.value)} />
      <div id="json-said" class="field" role="status">
        {text !== null ? <span class="fault">{whyNot(text)}</span>
          : faults.map(fault => (
            <span class="fault pointed" key={`${fault.pointer}${fault.detail}`}>
              <code>{fault.pointer || "/"}</code><Faults faults={[fault]} />
            </span>))}
        {text === null && !faults.length && memberOf(spec, "/objective") !== undefined &&
          <small>No faults.</small>}
      </div>
    </Panel>
  );
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const same = (text: string, spec: Spec): boolean =>
  JSON.stringify(parse(text)) === JSON.stringify(spec);

function whyNot(text: string): string {
  try {
    JSON.parse(text);
    return "A spec is an object: { … }.";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The same by hand, at the foot of the page. */
function Curl() {
  const commands = specsOf(draft.value).map(curlOf).join("\n");
  return (
    <section class="stage-foot curl" aria-label="The same as a command">
      <pre tabIndex={0}><code>{commands}</code></pre>
      <CopyButton label="curl" kind="ghost" text={() => commands} />
    </section>
  );
}
