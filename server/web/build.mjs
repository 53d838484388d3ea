// build.mjs - bundle src/ into dist/: index.html, app.js and app.css.
//
// The names are stable, so that a change of code is all that a commit shows;
// who serves the files puts a hash of their content into the names. Of what
// they were made stands in dist/sources.sha256, as sha256sum -c reads it, so
// that one can see without node whether the bundle is current. `--watch`
// builds at every change.
import {createHash} from "node:crypto";
import {copyFile, mkdir, readdir, readFile, writeFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import * as esbuild from "esbuild";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));

const options = {
  entryPoints: [{in: "src/main.tsx", out: "app"}],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
};

async function writeSources() {
  const files = (await readdir("src", {recursive: true, withFileTypes: true}))
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath ?? entry.path}/${entry.name}`);
  files.push("build.mjs", "package-lock.json", "tsconfig.json");
  const lines = await Promise.all(files.sort().map(async file =>
    `${createHash("sha256").update(await readFile(file)).digest("hex")}  ${file}\n`));
  await writeFile("dist/sources.sha256", lines.join(""));
}

await mkdir("dist", {recursive: true});
await copyFile("src/index.html", "dist/index.html");
if (process.argv.includes("--watch")) {
  await (await esbuild.context(options)).watch();
} else {
  await esbuild.build(options);
  await writeSources();
}
