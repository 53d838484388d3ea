// events.ts - a job, or many, live: one stream of server-sent events.
//
// The stream is read with fetch, because EventSource cannot carry a key. While
// the page is hidden nothing is open; what comes after goes on at the last id,
// so that no row is missed or told twice. A server that went away is asked
// again with growing pauses.
import {authorization, apiUrl, Failure, keyVersion, keyWanted} from "./client";
import type {Job, Trace} from "./types";

const PAUSE_MS_MIN = 2000;
const PAUSE_MS_MAX = 30000;
/* The server says at least a ping every 15 seconds; a connection that is
 * silent for longer than two of them is gone, whatever the system thinks. */
const SILENCE_MS_MAX = 40000;

export interface Handlers {
  /** The job as it is: at the start, and whenever its state changes. */
  job?(job: Job): void;
  /** Rows that were added since the last call. */
  points?(trace: Trace): void;
  best?(best: {job: string; iteration: number; loss: number}): void;
  /** The job ended and all was told; job is null where it was deleted. */
  end?(id: string, job: Job | null): void;
  /** The server refuses the stream: it is not asked again. */
  failure?(failure: Failure): void;
  /** Whether the stream stands. */
  connected?(connected: boolean): void;
}

/**
 * Follow `path` ("/jobs/ID/events?…", "/events?jobs=…") until the returned
 * function is called. `lastId` is where to go on: an iteration of a job, or an
 * id that a stream gave.
 */
export function followEvents(path: string, handlers: Handlers,
                             lastId = ""): () => void {
  let attempt: AbortController | null = null;
  let timer = 0;
  let pauseMs = PAUSE_MS_MIN;
  let over = false;

  function dispatch(type: string, data: string): void {
    try {
      hand(type, JSON.parse(data));
    } catch (error) {
      reportError(error); // a page's fault is not the stream's
    }
  }

  function hand(type: string, value: any): void {
    if (type === "snapshot" || type === "state") handlers.job?.(value);
    else if (type === "points") handlers.points?.(value);
    else if (type === "best") handlers.best?.(value);
    else if (type === "end") {
      handlers.end?.(value.job, value.deleted ? null : value);
    }
  }

  async function read(body: ReadableStream<Uint8Array>,
                      mine: AbortController): Promise<void> {
    const reader = body.pipeThrough(
      new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader();
    const parser = parseEvents((type, data, id) => {
      dispatch(type, data);
      if (id !== null) lastId = id;
    });
    for (;;) {
      const silence = window.setTimeout(() => mine.abort(), SILENCE_MS_MAX);
      const {done, value} = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      pauseMs = PAUSE_MS_MIN;
      parser(value);
    }
  }

  async function connect(): Promise<void> {
    timer = 0;
    if (over || attempt || document.hidden) return;
    const mine = new AbortController();
    attempt = mine;
    try {
      const response = await fetch(apiUrl(path), {
        headers: {
          ...authorization(), Accept: "text/event-stream",
          ...(lastId ? {"Last-Event-ID": lastId} : {}),
        },
        signal: mine.signal,
      });
      if (response.status === 204) over = true;
      else if (response.ok && response.body) {
        handlers.connected?.(true);
        await read(response.body, mine);
      } else if (response.status < 500 && response.status !== 429) {
        over = response.status !== 401;
        keyWanted.value ||= response.status === 401;
        handlers.failure?.(new Failure(await response.json()));
      }
    } catch {
      // The server went away, or we did: what follows tells the two apart.
    }
    if (attempt !== mine) return;
    attempt = null;
    handlers.connected?.(false);
    if (over || document.hidden || keyWanted.value) return;
    timer = window.setTimeout(connect, pauseMs * (0.75 + Math.random() / 2));
    pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX);
  }

  function disconnect(): void {
    clearTimeout(timer);
    const mine = attempt;
    attempt = null;
    mine?.abort();
  }

  function onVisibility(): void {
    if (document.hidden) disconnect();
    else void connect();
  }

  document.addEventListener("visibilitychange", onVisibility);
  const forgetKey = keyVersion.subscribe(() => void connect());
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", onVisibility);
    forgetKey();
    disconnect();
  };
}

/** A function that takes the stream's text as it comes and emits events. */
export function parseEvents(
    emit: (type: string, data: string, id: string | null) => void):
    (text: string) => void {
  let rest = "", type = "message", data: string[] = [];
  let id: string | null = null;

  function line(text: string): void {
    if (text === "") {
      if (data.length) emit(type, data.join("\n"), id);
      type = "message";
      data = [];
      id = null;
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a comment keeps the connection open
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "event") type = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
  }

  return text => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(line);
  };
}
