// data_upload.tsx - a file becomes a dataset: dropped or chosen, with its
// progress; what is wrong with it by line and column.
import {useSignal, type Signal} from "@preact/signals";
import {useRef} from "preact/hooks";

import {apiUrl, authorization, Failure, keyWanted, withQuery} from "../api/client";
import type {Problem} from "../api/types";
import {bytes} from "../format";
import {Panel, Progress} from "../parts/blocks";
import {Button} from "../parts/button";
import {Icon} from "../parts/icon";
import {go} from "../state/route";
import {speak, toast} from "../state/say";
import type {Dataset} from "./data_types";

const types: Record<string, string> = {
  csv: "text/csv", txt: "text/csv", tsv: "text/tab-separated-values",
  libsvm: "application/x-libsvm", svm: "application/x-libsvm",
  ndjson: "application/x-ndjson", jsonl: "application/x-ndjson",
  npy: "application/x-npy", idx: "application/x-idx",
};

const accepted = [...Object.keys(types), "gz"].map(end => `.${end}`).join();

const options = [
  {name: "delimiter", choices: ["comma", "semicolon", "tab", "blanks"]},
  {name: "decimal", choices: ["point", "comma"]},
  {name: "header", choices: ["true", "false"]},
  {name: "missing", choices: ["error", "keep", "mean", "drop"]},
];

/** "iris.csv.gz": what it is called, and how it is sent. */
export function readingOf(file: string):
    {name: string; type: string; packed: boolean} {
  const packed = /\.gz$/i.test(file), bare = packed ? file.slice(0, -3) : file;
  const end = /\.([^.]+)$/.exec(bare)?.[1].toLowerCase() ?? "";
  // MNIST's files end in -idx3-ubyte.
  const idx = /-idx\d-ubyte$/.test(bare);
  return {
    name: types[end] ? bare.slice(0, -end.length - 1) : bare, packed,
    type: idx ? types.idx : types[end] ?? types.csv,
  };
}

interface Sending {
  file: File;
  /** 0 to 1; 1: all is sent, and is being read. */
  part: number;
  request: XMLHttpRequest;
}

/** Send a file; fetch tells no progress of what is sent. */
function send(file: File, query: Record<string, string>,
              sending: Signal<Sending | null>): Promise<Dataset> {
  const {type, packed} = readingOf(file.name);
  const request = new XMLHttpRequest();
  request.open("POST", apiUrl(withQuery("/datasets", query)));
  for (const [name, value] of Object.entries({
    ...authorization(), "Content-Type": type,
    ...(packed ? {"Content-Encoding": "gzip"} : {}),
  })) request.setRequestHeader(name, value);
  sending.value = {file, part: 0, request};
  request.upload.onprogress = ({loaded, total}) => {
    sending.value = {file, part: total ? loaded / total : 1, request};
  };
  return new Promise((resolve, reject) => {
    const refuse = (title: string): void =>
      reject(new Failure({type: "about:blank", status: request.status, title}));
    request.onabort = () => refuse("The upload was stopped");
    request.onerror = () => refuse("The connection ended before all was sent");
    request.onload = () => {
      if (request.status === 401) keyWanted.value = true;
      try {
        const answer = JSON.parse(request.responseText) as unknown;
        if (request.status < 300) resolve(answer as Dataset);
        else reject(new Failure(answer as Problem));
      } catch {
        refuse(`The server answered ${request.status}`);
      }
    };
    request.send(file);
  });
}

export function Upload() {
  const input = useRef<HTMLInputElement>(null);
  const sending = useSignal<Sending | null>(null);
  const failure = useSignal<Failure | null>(null);
  const over = useSignal(false);
  const said = useSignal<Record<string, string>>({});

  async function take(file: File | undefined): Promise<void> {
    if (!file || sending.value) return;
    failure.value = null;
    try {
      const name = said.value.name || readingOf(file.name).name;
      const made = await send(file, {...said.value, name}, sending);
      toast(`${made.name}: ${made.rows} rows`);
      go(`/data/${encodeURIComponent(made.id ?? made.name)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure.value = error;
      speak(error.message);
    }
    sending.value = null;
  }

  const now = sending.value;
  return (
    <Panel title="Upload" note="CSV, TSV, LIBSVM, NDJSON, NPY or IDX; also as .gz">
      <div class={`drop${over.value ? " over" : ""}`}
           onDragOver={event => {
             event.preventDefault();
             over.value = true;
           }}
           onDragLeave={() => { over.value = false; }}
           onDrop={event => {
             event.preventDefault();
             over.value = false;
             void take(event.dataTransfer?.files[0]);
           }}>
        <input ref={input} type="file" accept={accepted} hidden aria-label="A file"
               onChange={event => {
                 void take(event.currentTarget.files?.[0]);
                 event.currentTarget.value = "";
               }} />
        {now ? (
          <div class="sending">
            <span>{now.part < 1 ? `${now.file.name}: ${bytes(now.part * now.file.size)} of ${bytes(now.file.size)}`
              : `${now.file.name} is being read`}</span>
            <Progress part={now.part < 1 ? now.part : null} label={`Sending ${now.file.name}`} />
            <Button label="Stop" icon="canceled" onClick={() => now.request.abort()} />
          </div>
        ) : (
          <>
            <span>Drop a file here, or</span>
            <Button label="Choose a file" icon="up" kind="main"
                    onClick={() => input.current!.click()} />
          </>
        )}
      </div>
      {failure.value && <Wrong failure={failure.value} />}
      <details class="more">
        <summary>How to read it</summary>
        <div class="fields">
          <label class="field">name
            <input type="text" placeholder="as the file" value={said.value.name ?? ""}
                   onInput={event => {
                     said.value = {...said.value, name: event.currentTarget.value};
                   }} />
          </label>
          {options.map(({name, choices}) => (
            <label class="field" key={name}>{name}
              <select value={said.value[name] ?? ""} onChange={event => {
                said.value = {...said.value, [name]: event.currentTarget.value};
              }}>
                <option value="">{name === "missing" ? "a fault" : "found out"}</option>
                {choices.filter(choice => choice !== "error").map(choice => <option key={choice}>{choice}</option>)}
              </select>
            </label>
          ))}
        </div>
      </details>
    </Panel>
  );
}

function Wrong({failure}: {failure: Failure}) {
  const faults = failure.faults;
  return (
    <div class="trouble" role="alert">
      <Icon name="failed" />
      <div>
        <strong>{failure.problem.title}</strong>
        {faults.length ? (
          <div class="scrolls" tabIndex={0} role="region" aria-label="Faults">
            <table class="plain-table">
              <thead><tr><th scope="col">Line</th><th scope="col">Column</th>
                <th scope="col">What is wrong</th></tr></thead>
              <tbody>{faults.map((fault, k) => (
                <tr key={k}><td>{fault.line ?? "–"}</td><td>{fault.column ?? "–"}</td>
                  <td>{fault.detail}{fault.suggestion && <> – try <code>{fault.suggestion}</code></>}</td></tr>
              ))}</tbody>
            </table>
          </div>
        ) : failure.problem.detail && <p>{failure.problem.detail}</p>}
      </div>
    </div>
  );
}
