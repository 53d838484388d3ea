// build.mjs
// changed
