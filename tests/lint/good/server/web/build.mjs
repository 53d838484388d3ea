// build.mjs
