// route.ts - where we are: `#/jobs/ID?at=900&scale=log`, all of it in the hash.
//
// A page's whole state stands in the query, so that a link shows what its
// sender saw. Small moves (a slider) replace the entry of the history, steps
// that one wants to go back from (a page, a filter) add one.
import {computed, signal} from "@preact/signals";

export interface Route {
  /** "/jobs/job_…", without the hash; "/" is "/jobs". */
  path: string;
  /** Its parts: ["jobs", "job_…"]. */
  parts: string[];
  query: URLSearchParams;
}

function parse(hash: string): Route {
  const [path, search] = hash.replace(/^#/, "").split(/\?(.*)/s, 2);
  const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  if (!parts.length) parts.push("jobs");
  return {path: "/" + parts.join("/"), parts, query: new URLSearchParams(search)};
}

export const route = signal(parse(location.hash));

/** The path alone: what a page is keyed by. */
export const routePath = computed(() => route.value.path);

window.addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

export type Changes = Record<string, string | number | null | undefined>;

function hashOf(path: string, query: URLSearchParams): string {
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return `#${path}${text ? `?${text}` : ""}`;
}

/** A link's href: `path` with `query`; members that are null are left out. */
export function hrefOf(path: string, query: Changes = {}): string {
  return hashOf(path, changed(new URLSearchParams(), query));
}

/** The same place with `changes` to its query. */
export function hrefWith(changes: Changes): string {
  return hashOf(route.value.path, changed(route.value.query, changes));
}

function changed(query: URLSearchParams, changes: Changes): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

/** Go to another page. */
export function go(path: string, query: Changes = {}): void {
  location.hash = hrefOf(path, query);
}

/** Change the query of this page; `push` adds an entry to the history. */
export function setQuery(changes: Changes, push = false): void {
  const hash = hrefWith(changes);
  if (hash === location.hash) return;
  if (push) location.hash = hash;
  else {
    history.replaceState(null, "", hash);
    route.value = parse(hash);
  }
}

/** A member of the query, or `otherwise`. */
export function queried(name: string, otherwise = ""): string {
  return route.value.query.get(name) ?? otherwise;
}
