// new.ts - its page apart: see ../common.ts.
import "../common";

export {NewPage} from "../pages/new";
