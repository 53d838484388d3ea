// bundle.test.mjs - the dashboard's bundle as it was committed is what its
// sources make, byte for byte, their types hold, and what they compute without
// a page is right (pure.mjs).
//
//   node bundle.test.mjs
//
// Built in a folder of its own: node_modules of who works on it stay as they
// are.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync,
  writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {fileURLToPath, pathToFileURL} from "node:url";
import {sources, testPure} from "./pure.mjs";

const web = fileURLToPath(new URL("../../server/web/", import.meta.url));
const parts = ["src", "build.mjs", "package.json", "package-lock.json",
  "tsconfig.json", ".npmrc"];
let place, code;

function run(program, ...words) {
  return execFileSync(program, words, {cwd: place, encoding: "utf8"});
}

/** All that the sources export, as one module. */
async function loadPure() {
  const entry = join(place, "pure.ts"), built = join(place, "pure.mjs");
  writeFileSync(entry, sources.map(source =>
    `export * from "./src/${source}";\n`).join(""));
  run(join("node_modules", ".bin", "esbuild"), entry, "--bundle",
    "--format=esm", `--outfile=${built}`, "--log-level=error");
  return import(pathToFileURL(built));
}

before(async () => {
  place = mkdtempSync(join(tmpdir(), "descentd-bundle-"));
  for (const part of parts)
    cpSync(join(web, part), join(place, part), {recursive: true});
  run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
  code = await loadPure();
});

after(() => rmSync(place, {recursive: true, force: true}));

test("the sources make the bundle that was committed", () => {
  run("node", "build.mjs");
  const names = readdirSync(join(web, "dist")).sort();
  assert.deepEqual(readdirSync(join(place, "dist")).sort(), names);
  for (const name of names)
    assert.ok(readFileSync(join(place, "dist", name))
      .equals(readFileSync(join(web, "dist", name))),
    `dist/${name} is another one: \`make web\` makes it`);
});

test("their types hold", () => {
  assert.equal(run(join("node_modules", ".bin", "tsc"), "--noEmit"), "");
});

testPure(() => code);
