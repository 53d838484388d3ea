// routes.tsx - every page is a row: what its path looks like, its title, what
// shows it. A page is a file of src/pages.
//
// The list of jobs comes with the first load; every other page is a file of its
// own (src/apart) that is fetched when one goes there (parts/fetched.tsx).
import type {ComponentType} from "preact";

import {JobsPage} from "./pages/jobs";
import {MissingPage} from "./pages/missing";
import {fetched} from "./parts/fetched";
import type {Route} from "./state/route";

export interface PageProps {
  /** The parts of the path: ["jobs", "job_…"]. */
  parts: string[];
}

interface Page {
  /** A part that begins with ":" is any. */
  path: string;
  title: string;
  /** The entry of the navigation that is lit. */
  section: string;
  Page: ComponentType<PageProps>;
}

const data = () => import("./apart/data");

const pages: Page[] = [
  {path: "/jobs", title: "Jobs", section: "/jobs", Page: JobsPage},
  {path: "/jobs/:id", title: "Job", section: "/jobs",
    Page: fetched(async () => (await import("./apart/job")).JobPage)},
  {path: "/new", title: "New job", section: "/new",
    Page: fetched(async () => (await import("./apart/new")).NewPage)},
  {path: "/data", title: "Data", section: "/data",
    Page: fetched(async () => (await data()).DataPage)},
  {path: "/data/:id", title: "Dataset", section: "/data",
    Page: fetched(async () => (await data()).DatasetPage)},
  {path: "/compare", title: "Compare", section: "/compare",
    Page: fetched(async () => (await import("./apart/compare")).ComparePage)},
  {path: "/status", title: "Status", section: "/status",
    Page: fetched(async () => (await import("./apart/status")).StatusPage)},
  {path: "/api", title: "API", section: "/api",
    Page: fetched(async () => (await import("./apart/api")).ApiPage)},
];

const missing: Page = {path: "", title: "Not found", section: "", Page: MissingPage};

/** What the header links to, in its order. */
export const navigation = [
  {path: "/jobs", word: "Jobs"},
  {path: "/new", word: "New job"},
  {path: "/data", word: "Data"},
  {path: "/compare", word: "Compare"},
  {path: "/status", word: "Status"},
  {path: "/api", word: "API"},
];

export function pageOf({parts}: Route): Page {
  return pages.find(({path}) => {
    const wanted = path.split("/").filter(Boolean);
    return wanted.length === parts.length &&
      wanted.every((part, i) => part.startsWith(":") || part === parts[i]);
  }) ?? missing;
}
