// data.ts - its pages apart: see ../common.ts.
import "../common";

export {DataPage} from "../pages/data";
export {DatasetPage} from "../pages/data_set";
