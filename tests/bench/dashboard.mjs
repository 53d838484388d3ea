// dashboard.mjs - what the dashboard costs: its first paint, a chart of 10^5
// points, the slider over a landscape, an idle tab, its bytes.
//
//   node tests/bench/dashboard.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM
//
// It wants server/web/node_modules and tests/browser/node_modules (`npm ci`).
// Times are medians of runs in turn with a peer: the same browser doing the
// least that could be done, so that a busy machine slows both. Nothing is
// asserted but that every program ran.
import {createRequire} from "node:module";
import {loadavg} from "node:os";
import {fileURLToPath} from "node:url";

import {openDesk} from "../browser/harness.mjs";

const web = fileURLToPath(new URL("../../server/web/", import.meta.url));
const {build} = createRequire(`${web}package.json`)("esbuild");
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const FRAMES = 120;
const IDLE_S = 31;
const POINTS = 1e5;

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const ms = value => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

function row(name, ours, peer, target) {
  const ratio = peer === undefined ? "" : (median(ours) / median(peer)).toFixed(2);
  console.log([name.padEnd(34), ms(median(ours)).padStart(9),
    (peer === undefined ? "-" : ms(median(peer))).padStart(9),
    ratio.padStart(7), target.padStart(9)].join("  "));
}

// ---- the parts by themselves ------------------------------------------------

const parts = `
  import {h, render} from "preact";
  import {signal} from "@preact/signals";
  import {viewOf, paintChart} from "./chart/paint";
  import {fitCanvas} from "./landscape/plane";
  import {Landscape} from "./landscape/landscape";
  globalThis.parts = {h, render, signal, viewOf, paintChart, fitCanvas, Landscape};
`;

async function loadParts(page) {
  const built = await build({
    stdin: {contents: parts, resolveDir: `${web}src`, loader: "tsx"},
    bundle: true, minify: true, write: false, format: "iife",
    jsx: "automatic", jsxImportSource: "preact", target: "es2022",
  });
  await page.addScriptTag({content: built.outputFiles[0].text});
}

/** A log chart of 10^5 noisy points, and the same line without axes, scales or
 *  columns: ms until it is painted. */
async function chartTimes(page) {
  return page.evaluate(async ({count, rounds}) => {
    const x = Array.from({length: count}, (_, k) => k);
    const y = x.map(k => Math.exp(-k / 2e4) * (1 + 0.5 * Math.sin(k * k)));
    const canvas = document.createElement("canvas");
    document.body.replaceChildren(canvas);
    const [width, height] = [600, 190];
    canvas.style.width = `${width}px`;
    const painted = () => new Promise(resolve =>
      requestAnimationFrame(() => setTimeout(resolve)));
    const series = [{name: "loss", ink: 0, solid: true, x, y}];

    function ours() {
      const {viewOf, paintChart, fitCanvas} = globalThis.parts;
      const view = viewOf(series, width, height, "linear", true, null);
      paintChart(fitCanvas(canvas, width, height), view, series, true, null, false);
    }
    function peer() {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, width, height);
      context.beginPath();
      for (let k = 0; k < count; k++)
        context.lineTo(k / count * width, -20 * Math.log(y[k]));
      context.stroke();
    }
    const times = {ours: [], peer: [], script: []};
    for (let round = 0; round < rounds; round++)
      for (const [name, act] of [["ours", ours], ["peer", peer]]) {
        await painted();
        const start = performance.now();
        act();
        if (name === "ours") times.script.push(performance.now() - start);
        canvas.getContext("2d").getImageData(0, 0, 1, 1); // the raster too
        await painted();
        times[name].push(performance.now() - start);
      }
    return times;
  }, {count: POINTS, rounds: ROUNDS});
}

/** The slider over 200 by 200 cells and four paths: of each frame the ms in
 *  the handler; of all of them what the main thread did. */
async function sliderTimes(page, grid, paths) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const busy = async () => (await devtools.send("Performance.getMetrics")).metrics
    .find(({name}) => name === "TaskDuration").value * 1000;
  await page.evaluate(async ({grid, paths}) => {
    const {h, render, signal, Landscape} = globalThis.parts;
    const at = globalThis.at = signal(0);
    const host = document.createElement("div");
    host.style.width = "640px";
    document.body.replaceChildren(host);
    render(h(Landscape, {grid, paths, at, arrows: true}), host);
    await new Promise(resolve => { setTimeout(resolve, 500); });
  }, {grid, paths});
  const move = frames => page.evaluate(async count => {
    const times = [];
    for (let frame = 0; frame < count; frame++) {
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      globalThis.at.value = frame * 0.2;
      times.push(performance.now() - start);
    }
    return times;
  }, frames);
  const rest = frames => page.evaluate(async count => {
    for (let frame = 0; frame < count; frame++)
      await new Promise(requestAnimationFrame);
  }, frames);

  const handler = [], thread = [], idle = [];
  for (let round = 0; round < ROUNDS; round++) {
    let before = await busy();
    handler.push(median(await move(FRAMES)));
    thread.push((await busy() - before) / FRAMES);
    before = await busy();
    await rest(FRAMES);
    idle.push((await busy() - before) / FRAMES);
  }
  return {handler, thread, idle};
}

// ---- whole pages ------------------------------------------------------------

async function paintTimes(desk, id) {
  const times = {jobs: [], job: [], peer: []};
  const places = {jobs: `${desk.url}/#/jobs`, job: `${desk.url}/#/jobs/${id}`,
    peer: "data:text/html,<p>A word"};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, place] of Object.entries(places)) {
      const context = await desk.browser.newContext({
        viewport: {width: 1280, height: 800}});
      const page = await context.newPage();
      await page.goto(place);
      const first = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
      await page.waitForFunction(first);
      times[name].push(await page.evaluate(first));
      await context.close();
    }
  return times;
}

/** The real page's slider: ms that an input event takes. */
async function pageSliderTimes(desk, id) {
  const page = await desk.open(`#/jobs/${id}`);
  const times = await page.evaluate(async frames => {
    const slider = document.querySelector(".player input[type=range]");
    const spent = [];
    for (let frame = 0; frame < frames; frame++) {
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      slider.value = String(frame * 10 % (Number(slider.max) || 1));
      slider.dispatchEvent(new Event("input", {bubbles: true}));
      await Promise.resolve();
      spent.push(performance.now() - start);
    }
    return spent;
  }, FRAMES);
  await page.close();
  return times;
}

async function idleRequests(desk, place) {
  const page = await desk.open(place);
  let count = 0;
  page.on("request", () => count++);
  await new Promise(resolve => { setTimeout(resolve, IDLE_S * 1000); });
  await page.close();
  return count / IDLE_S * 15;
}

async function bundleBytes(desk) {
  const page = await (await fetch(desk.url, {headers: {Accept: "text/html"}})).text();
  let bytes = 0;
  for (const [, name] of page.matchAll(/="(assets\/[^"]+)"/g))
    bytes += Number((await fetch(`${desk.url}/${name}`, {
      method: "HEAD", headers: {"Accept-Encoding": "gzip"}})).headers.get("content-length"));
  return bytes;
}

// ---- all of it --------------------------------------------------------------

const starts = [[-1.2, 1], [-0.5, -0.5], [1.5, 0.2], [0.3, 1.6]];
const desk = await openDesk();
try {
  const jobs = [];
  for (const start of starts)
    jobs.push(await desk.post({
      objective: {type: "function", name: "rosenbrock", dimension: 2}, start,
      optimizer: {type: "gradient_descent", learning_rate: 0.001},
      stop: {max_iterations: 4000}}));
  const landscapes = await Promise.all(jobs.map(({id}) =>
    desk.get(`/jobs/${id}/landscape?nx=200&ny=200`)));
  const paths = landscapes.map(({path}, ink) => ({
    name: `start ${ink + 1}`, ink, t: path.iteration, x: path.x, y: path.y,
    loss: path.loss}));

  console.log(`load ${loadavg()[0].toFixed(1)}; medians of ${ROUNDS} rounds`);
  console.log(["".padEnd(34), "ours".padStart(9), "peer".padStart(9),
    "ratio".padStart(7), "target".padStart(9)].join("  "));
  const paint = await paintTimes(desk, jobs[0].id);
  row("first paint, the list : a word", paint.jobs, paint.peer, "200 ms");
  row("first paint, a job : a word", paint.job, paint.peer, "200 ms");

  const page = await desk.open("#/jobs", {bypassCSP: true});
  await loadParts(page);
  const chart = await chartTimes(page);
  row("log chart of 10^5 : bare line", chart.ours, chart.peer, "100 ms");
  row("  its script alone", chart.script, undefined, "-");
  const slider = await sliderTimes(page, landscapes[0], paths);
  row("slider, four paths, the handler", slider.handler, undefined, "-");
  row("  the main thread a frame : idle", slider.thread, slider.idle, "8 ms");
  await page.close();
  row("slider on the page, an input", await pageSliderTimes(desk, jobs[0].id),
    undefined, "8 ms");
  for (const [name, place] of [["list", "#/jobs"], ["job", `#/jobs/${jobs[0].id}`]])
    console.log(`idle ${name}: ${(await idleRequests(desk, place)).toFixed(2)} requests in 15 s (target: 1)`);
  console.log(`scripts and styles of the list, packed: ${await bundleBytes(desk)} bytes (target: ${60 * 1024})`);
} finally {
  await desk.close();
}
