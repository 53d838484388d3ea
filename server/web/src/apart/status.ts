// status.ts - its page apart: see ../common.ts.
import "../common";

export {StatusPage} from "../pages/status";
