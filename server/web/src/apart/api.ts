// api.ts - its page apart: see ../common.ts.
import "../common";

export {ApiPage} from "../pages/api";
