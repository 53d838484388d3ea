// common.ts - what pages share: it becomes dist/common.js.
//
//   common.js ◄── job.js, new.js, data.js, compare.js, status.js, api.js
//       ▲                ▲ when one goes there: src/apart
//       └── app.js ──────┘
//
// The bundler makes a file of its own for what each group of pages has in
// common; there are many groups. Because every page imports this list, and
// what it imports, there is one group. build.mjs says which module is missing.
import "./chart/chart";
import "./chart/chart_menu";
import "./landscape/curve";
import "./landscape/landscape";
import "./pages/job_data";
import "./pages/jobs_columns";
import "./pages/new_state";
import "./parts/blocks";
import "./parts/dialog";
import "./parts/download";
import "./parts/json";
import "./parts/player";
import "./parts/table";
import "./parts/tabs";
import "./presets";
import "./state/queue";
