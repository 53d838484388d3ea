import("./part.js");
