// routes.tsx - every page is a row: what its path looks like, its title, what
// shows it. A page is a file of src/pages.
import type {ComponentType} from "preact";

import {ApiPage} from "./pages/api";
import {ComparePage} from "./pages/compare";
import {DataPage} from "./pages/data";
import {DatasetPage} from "./pages/data_set";
import {JobPage} from "./pages/job";
import {JobsPage} from "./pages/jobs";
import {MissingPage} from "./pages/missing";
import {NewPage} from "./pages/new";
import {StatusPage} from "./pages/status";
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

const pages: Page[] = [
  {path: "/jobs", title: "Jobs", section: "/jobs", Page: JobsPage},
  {path: "/jobs/:id", title: "Job", section: "/jobs", Page: JobPage},
  {path: "/new", title: "New job", section: "/new", Page: NewPage},
  {path: "/data", title: "Data", section: "/data", Page: DataPage},
  {path: "/data/:id", title: "Dataset", section: "/data", Page: DatasetPage},
  {path: "/compare", title: "Compare", section: "/compare", Page: ComparePage},
  {path: "/status", title: "Status", section: "/status", Page: StatusPage},
  {path: "/api", title: "API", section: "/api", Page: ApiPage},
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
