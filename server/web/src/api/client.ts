// client.ts - requests to the server: JSON in and out, problems as Failure.
//
// A server with keys answers 401 without one: keyWanted turns true, the layout
// asks for a key, and everything that was refused is asked again (keyVersion).
import {signal} from "@preact/signals";

import type {Fault, Problem} from "./types";

const KEY_ITEM = "descentd-key";

/** True while the server wants a key that we do not have. */
export const keyWanted = signal(false);

/** Rises when a key was given or forgotten; resources ask again. */
export const keyVersion = signal(0);

/** What the server, or the way to it, says no with. */
export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  get faults(): Fault[] {
    return this.problem.errors ?? [];
  }
}

export function getKey(): string | null {
  return sessionStorage.getItem(KEY_ITEM);
}

export function setKey(key: string | null): void {
  if (key) sessionStorage.setItem(KEY_ITEM, key);
  else sessionStorage.removeItem(KEY_ITEM);
  keyWanted.value = false;
  keyVersion.value++;
}

/** Headers that every request carries. */
export function authorization(): Record<string, string> {
  const key = getKey();
  return key ? {Authorization: `Bearer ${key}`} : {};
}

/** The API lies beside the page, also below a proxy's base path. */
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\//, ""), document.baseURI).href;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** `path?query`; members that are null, undefined or "" are left out. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      search.set(name, String(value));
    }
  }
  const text = search.toString().replaceAll("%2C", ",");
  return text ? `${path}?${text}` : path;
}

export interface RequestOptions {
  method?: string;
  /** Sent as JSON; a string or a Blob as it is. */
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The response, whatever its form; throws Failure unless it is 2xx or 304. */
export async function send(path: string, options: RequestOptions = {}):
    Promise<Response> {
  const {body, type} = options;
  const raw = typeof body === "string" || body instanceof Blob;
  let response: Response;

  try {
    response = await fetch(apiUrl(path), {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...authorization(),
        ...(body === undefined ? {} : {"Content-Type": type ?? "application/json"}),
        ...options.headers,
      },
      body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Failure({
      type: "about:blank", status: 0, title: "The server cannot be reached",
      detail: "The server cannot be reached. It may be restarting.",
    });
  }
  if (response.ok || response.status === 304) return response;
  if (response.status === 401) keyWanted.value = true;
  throw new Failure(await readProblem(response));
}

async function readProblem(response: Response): Promise<Problem> {
  const bare: Problem = {
    type: "about:blank", status: response.status,
    title: `The server answered ${response.status} ${response.statusText}`,
  };
  try {
    return {...bare, ...(await response.json() as Problem)};
  } catch {
    return bare; // a proxy's page: its status is all there is to say
  }
}

/** The answer as JSON. */
export async function request<T>(path: string, options?: RequestOptions):
    Promise<T> {
  const response = await send(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  request<T>(path, {signal});

export const post = <T>(path: string, body: unknown, more?: RequestOptions):
    Promise<T> => request<T>(path, {...more, body});

export const remove = (path: string): Promise<void> =>
  request<void>(path, {method: "DELETE"});

export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
