// job.ts - its page apart: see ../common.ts.
import "../common";

export {JobPage} from "../pages/job";
