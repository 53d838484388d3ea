// compare.ts - its page apart: see ../common.ts.
import "../common";

export {ComparePage} from "../pages/compare";
