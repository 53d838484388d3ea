// api.tsx - the reference: every route with a way to try it, and the catalogue
// of what specs may name. All of it is what the server says of itself.
import {useSignal, type Signal} from "@preact/signals";
import {useEffect, useRef} from "preact/hooks";

import {useResource} from "../api/resource";
import {counted} from "../format";
import {PageHead, Trouble} from "../parts/blocks";
import {Icon} from "../parts/icon";
import {Tabs, tabNow} from "../parts/tabs";
import {useKeys} from "../state/keys";
import {queried, setQuery} from "../state/route";
import {EntryView, type Entry} from "./api_catalogue";
import {RouteView, type ApiRoute} from "./api_route";

const tabs = [
  {key: "", word: "Routes"}, {key: "optimizers", word: "Optimizers"},
  {key: "schedules", word: "Schedules"}, {key: "functions", word: "Functions"},
  {key: "models", word: "Models"}, {key: "losses", word: "Losses"},
];
const SEARCH_REST_MS = 250;

export function ApiPage() {
  const tab = tabNow(tabs), input = useRef<HTMLInputElement>(null);
  const typed = useSignal(queried("q"));
  const list = useResource<{routes?: ApiRoute[]; items?: Entry[]}>(
    tab ? `/${tab}${tab === "optimizers" ? "?full=true" : ""}` : "/");
  useKeys([{key: "/", does: "Search", run: () => input.current?.focus()}]);
  useEffect(() => {
    const timer = setTimeout(() => setQuery({q: typed.value}), SEARCH_REST_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);

  const failure = list.failure.value, answer = list.data.value;
  const asked = words(typed);
  // While another tab's answer is on its way there is none of this one.
  const routes = tab ? undefined : answer?.routes, entries = tab ? answer?.items : undefined;
  const found = (routes ?? entries ?? [] as (ApiRoute | Entry)[]).filter(one => {
    const text = JSON.stringify(one).toLowerCase();
    return asked.every(word => text.includes(word));
  });
  // What is called so comes before what only speaks of it.
  if (asked[0] && entries) {
    (found as Entry[]).sort((a, b) =>
      Number(b.name.startsWith(asked[0])) - Number(a.name.startsWith(asked[0])));
  }
  return (
    <>
      <PageHead title="API" below={<span>JSON over HTTP, at{" "}
        <code>{new URL(".", document.baseURI).href}</code></span>}>
        <label class="search">
          <Icon name="search" /><span class="unseen">Search</span>
          <input ref={input} type="search" placeholder="Search" value={typed.value}
                 onInput={event => { typed.value = event.currentTarget.value; }}
                 onKeyDown={event => {
                   if (event.key === "Escape") event.currentTarget.blur();
                 }} />
          <kbd aria-hidden="true">/</kbd>
        </label>
      </PageHead>
      <Tabs tabs={tabs} label="Parts of the reference" />
      {failure && <Trouble failure={failure} onAgain={list.reload} />}
      {!routes && !entries && !failure && <p class="waiting" aria-busy="true">…</p>}
      {(routes || entries) && (
        <p class="note" role="status">{counted(found.length, tab ? "entry" : "route",
                                               tab ? "entries" : "routes")}</p>)}
      {routes && groupsOf(found as ApiRoute[]).map(([name, group]) => (
        <section class="group" key={name}>
          <h2>{name}</h2>
          {group.map(route => <RouteView key={`${route.method} ${route.path}`} route={route} />)}
        </section>
      ))}
      {entries && (
        <section class="group">
          {(found as Entry[]).map(entry => <EntryView key={entry.name} entry={entry} />)}
        </section>
      )}
    </>
  );
}

const words = (typed: Signal<string>): string[] =>
  typed.value.toLowerCase().split(/\s+/).filter(Boolean);

const groupNames = ["Jobs", "Datasets", "Formulas", "Catalogue", "Operations"];
const resources: Record<string, string> = {
  jobs: "Jobs", traces: "Jobs", events: "Jobs", "plot.svg": "Jobs",
  landscape: "Jobs", datasets: "Datasets", expressions: "Formulas",
  optimizers: "Catalogue", schedules: "Catalogue", functions: "Catalogue",
  models: "Catalogue", losses: "Catalogue",
};

/** Routes by what they are about: the first step of their path. */
function groupsOf(routes: ApiRoute[]): [string, ApiRoute[]][] {
  const groups = new Map<string, ApiRoute[]>();
  for (const name of groupNames) groups.set(name, []);
  for (const route of routes) {
    groups.get(resources[route.path.split("/")[1]] ?? "Operations")!.push(route);
  }
  return [...groups].filter(([, group]) => group.length);
}
