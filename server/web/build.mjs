// build.mjs - bundle src/ into dist/: index.html, app.css, and scripts: app.js
// for the first page, common.js, and a file for each page of src/apart.
//
// The names are stable, so that a change of code is all that a commit shows;
// who serves the files puts a hash of their content into the names. Of what
// they were made stands in dist/sources.sha256, as sha256sum -c reads it, so
// that one can see without node whether the bundle is current. `--watch`
// builds at every change.
import {createHash} from "node:crypto";
import {mkdir, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {basename} from "node:path";
import {fileURLToPath} from "node:url";
import * as esbuild from "esbuild";
import {minify} from "terser";

process.chdir(fileURLToPath(new URL(".", import.meta.url)));

const options = {
  entryPoints: [{in: "src/main.tsx", out: "app"}],
  outdir: "dist",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  metafile: true,
  write: false,
  plugins: [{
    name: "write-dist",
    setup: build => build.onEnd(async result => {
      if (!result.errors.length) await writeDist(result);
    }),
  }],
};

/** What a file is called in dist, by its name among esbuild's outputs: pages
 *  apart are called as their files are, and what pages share is common.js. */
function namesOf({outputs}) {
  const [, ...others] = Object.entries(outputs)
    .filter(([name, {entryPoint}]) => name.endsWith(".js") && !entryPoint)
    .sort(([, a], [, b]) => b.bytes - a.bytes);
  if (others.length)
    throw new Error("several pages share these, so src/common.ts has to " +
      `import them: ${others.flatMap(([, {inputs}]) => Object.keys(inputs))}`);
  return new Map(Object.keys(outputs).map(name => {
    const was = basename(name);
    if (name.endsWith(".css")) return [was, was];
    const {entryPoint} = outputs[name];
    return [was, entryPoint === "src/main.tsx" ? "app.js"
      : entryPoint ? basename(entryPoint).replace(/\.tsx?$/, ".js")
        : "common.js"];
  }));
}

async function writeDist({outputFiles, metafile}) {
  const names = namesOf(metafile);
  await rm("dist", {recursive: true, force: true});
  await mkdir("dist");
  await writeFile("dist/index.html", await readFile("src/index.html"));
  for (const {path, text} of outputFiles) {
    const name = names.get(basename(path));
    let made = text;
    if (name.endsWith(".js")) {
      for (const [was, is] of names) made = made.replaceAll(`./${was}`, `./${is}`);
      made = (await minify(made, {
        module: true, ecma: 2022, compress: {passes: 3},
      })).code + "\n";
    }
    await writeFile(`dist/${name}`, made);
  }
  await writeSources();
}

async function writeSources() {
  const files = (await readdir("src", {recursive: true, withFileTypes: true}))
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath ?? entry.path}/${entry.name}`);
  files.push("build.mjs", "package-lock.json", "tsconfig.json");
  const lines = await Promise.all(files.sort().map(async file =>
    `${createHash("sha256").update(await readFile(file)).digest("hex")}  ${file}\n`));
  await writeFile("dist/sources.sha256", lines.join(""));
}

if (process.argv.includes("--watch"))
  await (await esbuild.context(options)).watch();
else await esbuild.build(options);
