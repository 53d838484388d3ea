// main.tsx - where the dashboard starts.
import {render} from "preact";

import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/layout.css";
import "./style/parts.css";
import "./style/plots.css";
import "./style/pages.css";
import "./style/new.css";
import {Layout} from "./layout";

render(<Layout />, document.getElementById("app")!);
