// api_route.tsx - one route: parameters, its curl line, and its answer.
import {useSignal} from "@preact/signals";

import {apiUrl, authorization, getKey} from "../api/client";
import {bytes, duration} from "../format";
import {CopyButton} from "../parts/download";
import {jsonText} from "../parts/json";
import {queried, setQuery} from "../state/route";

export interface ApiRoute {
  method: string;
  path: string;
  sentence: string;
  parameters: {name: string; sentence: string}[];
  /** Types of its body, with ", " between them; null: it has none. */
  body: string | null;
}

interface Answer {
  status: string;
  headers: string;
  text: string;
  note: string;
}

const SHOWN_BYTES_MAX = 16384;
/* A stream of events has no end: what came until then is shown. */
const WAIT_MS_MAX = 3000;

const captures = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

export function RouteView({route}: {route: ApiRoute}) {
  const key = `${route.method} ${route.path}`;
  const open = queried("open") === key;
  return (
    <details class="entry" open={open} onToggle={event => {
      const now = event.currentTarget.open;
      if (now !== (queried("open") === key)) setQuery({open: now ? key : null});
    }}>
      <summary>
        <b class={`method ${route.method.toLowerCase()}`}>{route.method}</b>
        <code>{route.path}</code><span>{route.sentence}</span>
      </summary>
      {open && <Inside route={route} />}
    </details>
  );
}

function Inside({route}: {route: ApiRoute}) {
  const values = useSignal<Record<string, string>>({});
  const answer = useSignal<Answer | null>(null), busy = useSignal(false);
  const places = captures(route.path), isGet = route.method === "GET";
  const rows = [...places.map(name => ({name, sentence: "part of the path"})),
                ...route.parameters];
  const path = pathOf(route, values.value);
  const lacks = places.some(name => !values.value[name]);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    answer.value = await ask(path);
    busy.value = false;
  }

  return (
    <form onSubmit={event => void send(event)}>
      {rows.length > 0 && (
        <table class="plain-table parameters">
          <thead><tr><th scope="col">Parameter</th>{isGet && <th scope="col">Value</th>}
            <th scope="col">What it is</th></tr></thead>
          <tbody>{rows.map(({name, sentence}) => (
            <tr key={name}><th scope="row"><code>{name}</code></th>
              {isGet && (
                <td><input aria-label={name} value={values.value[name] ?? ""}
                           onInput={({currentTarget: {value}}) => {
                             values.value = {...values.value, [name]: value};
                           }} /></td>)}
              <td>{sentence}</td></tr>
          ))}</tbody>
        </table>
      )}
      {route.body && <p>Its body is <code>{route.body}</code>.</p>}
      <div class="curl">
        <pre class="json" tabIndex={0}><code>{curlLine(route, path)}</code></pre>
        <CopyButton label="Copy" kind="ghost" text={() => curlLine(route, path)} />
        {isGet && <button class="button main" disabled={lacks || busy.value}
                          title={lacks ? "Fill in the parts of the path" : undefined}>Try it</button>}
      </div>
      {answer.value && (
        <div class="answer" role="status">
          <p><strong>{answer.value.status}</strong> <span class="note">{answer.value.note}</span></p>
          <pre class="json" tabIndex={0} aria-label="Headers"><code>{answer.value.headers}</code></pre>
          <pre class="json" tabIndex={0} aria-label="Answer"><code>{answer.value.text}</code></pre>
        </div>
      )}
    </form>
  );
}

function pathOf({path, parameters}: ApiRoute, values: Record<string, string>): string {
  const query = parameters.filter(({name}) => values[name])
    .map(({name}) => `${name}=${encodeURIComponent(values[name]).replaceAll("%2C", ",")}`);
  return path.replace(/\{(\w+)\}/g, (place, name: string) =>
    values[name] ? encodeURIComponent(values[name]) : place) +
    (query.length ? `?${query.join("&")}` : "");
}

/** As a shell takes it. */
function curlLine({method, body}: ApiRoute, path: string): string {
  const type = body?.split(", ")[0];
  return ["curl -s", method === "GET" || body ? "" : `-X ${method}`,
          getKey() ? `-H "Authorization: Bearer $KEY"` : "",
          type ? `-H 'Content-Type: ${type}' --data-binary @FILE` : "",
          `'${apiUrl(path).replaceAll("%7B", "{").replaceAll("%7D", "}")}'`]
    .filter(Boolean).join(" ");
}

/** GET it, whatever the status; of a long answer the beginning. */
async function ask(path: string): Promise<Answer> {
  const stop = new AbortController(), from = performance.now();
  const timer = setTimeout(() => stop.abort(), WAIT_MS_MAX);
  let text = "", size = 0, note = "";
  try {
    const response = await fetch(apiUrl(path), {
      headers: {...authorization(), Accept: "*/*"}, signal: stop.signal});
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    const reader = response.body?.pipeThrough(
      new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    try {
      while (reader && size <= SHOWN_BYTES_MAX) {
        const {done, value} = await reader.read();
        if (done) break;
        text += value;
        size += value.length;
      }
      note = size > SHOWN_BYTES_MAX ? `its first ${bytes(SHOWN_BYTES_MAX)}`
        : `${bytes(size)} in ${duration((performance.now() - from) / 1000)}`;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      note = "it goes on: what came in the first seconds";
    }
    if (note.startsWith("its")) stop.abort();
    const json = /json$/.test(response.headers.get("content-type") ?? "");
    return {
      status: `${response.status} ${response.statusText}`, headers: headers.join("\n"), note,
      text: json && size <= SHOWN_BYTES_MAX ? pretty(text) : text.slice(0, SHOWN_BYTES_MAX),
    };
  } catch {
    return {status: "No answer", headers: "", text: "", note: stop.signal.aborted
      ? "nothing came in some seconds" : "the server cannot be reached"};
  } finally {
    clearTimeout(timer);
  }
}

function pretty(text: string): string {
  try {
    return jsonText(JSON.parse(text));
  } catch {
    return text;
  }
}
