// job.test.mjs - the page of a job: its numbers, its player, its charts, and
// what it does while the job runs, diverges, is deleted, or the server restarts.
//
//   node job.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM [PICTURES]
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {after, before, describe, test} from "node:test";

import {openDesk} from "./harness.mjs";

const read = name => JSON.parse(readFileSync(
  new URL(`../demo/${name}.json`, import.meta.url)));
const parabola = read("parabola"), bowl = read("bowl");
const rosenbrock = {type: "function", name: "rosenbrock", dimension: 2};
// As long as the tests need it, and then canceled.
const endless = {
  name: "endless", objective: rosenbrock, start: [-1.2, 1],
  optimizer: {type: "adam", learning_rate: 1e-9},
  stop: {max_iterations: 1000000000}, trace: {every: 20000},
};
const fast = {...parabola, name: "too fast",
  optimizer: {type: "gradient_descent", learning_rate: 0.5}};

let desk;
before(async () => { desk = await openDesk(); });
after(() => desk?.close());

const traceOf = async (id, query = "") =>
  (await desk.get(`/jobs/${id}/trace${query}`)).columns;
const queryOf = page => new URLSearchParams(new URL(page.url()).hash.split("?")[1]);
const cancel = id => fetch(`${desk.url}/jobs/${id}/cancel`, {
  method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"});
const slider = page => page.getByRole("slider", {name: "iteration"});
const chart = (page, name) => page.locator(".chart",
  {has: page.getByRole("img", {name: new RegExp(`^${name} against`)})});
const headOf = page => page.locator(".landscape canvas[data-head]")
  .getAttribute("data-head");
const iterationOf = async page => Number(
  (await page.locator(".player-at").innerText()).replace(/\s/g, "")
    .match(/^iteration(\d+)of/)[1]);

/** The rows of a table as the titles of their cells: all digits. */
const digitsOf = table => table.locator("tbody tr").evaluateAll(rows =>
  rows.map(row => [...row.querySelectorAll("td")]
    .map(cell => Number(cell.title.replaceAll("−", "-")))));

describe("a run that is over", () => {
  test("the page's numbers are those of /trace and /result", async () => {
    const {id} = await desk.post(bowl);
    const columns = await traceOf(id), result = await desk.get(`/jobs/${id}/result`);
    const page = await desk.open(`#/jobs/${id}?at=0`);
    const rows = await digitsOf(page.locator("table.steps"));
    assert.equal(rows.length, 7);
    rows.forEach((row, k) => assert.deepEqual(row, [
      "loss", "gradient_norm", "step_norm", "learning_rate", "x.0", "x.1",
    ].map(name => columns[name][k])));
    const tile = name => page.locator(".tiles > div",
      {has: page.locator("dt", {hasText: new RegExp(`^${name}$`)})}).locator("dd").first();
    assert.equal(Number((await tile("Loss").getAttribute("title")).replace("−", "-")),
      result.loss);
    assert.equal(await tile("Outcome").innerText(), "Converged");
    assert.equal(Number(await tile("Iterations").innerText()), result.iterations);
    await desk.clean(page);
  });

  test("tiles show a number to its end at 1100 pixels", async () => {
    const {id} = await desk.post({objective: rosenbrock, start: [-1.2, 1],
      optimizer: {type: "sgd", learning_rate: 0.0005, momentum: 0.9},
      stop: {max_iterations: 800}});
    const page = await desk.open(`#/jobs/${id}`, {viewport: {width: 1100, height: 700}});
    const values = page.locator(".tiles > div > dd:nth-of-type(1)");
    assert.ok(await values.count() >= 8);
    assert.deepEqual(await values.evaluateAll(cells => cells
      .filter(cell => cell.scrollWidth > cell.clientWidth)
      .map(cell => cell.textContent)), []);
    await desk.clean(page);
  });

  test("keys, slider, table and charts move one place together", async () => {
    const {id} = await desk.post(bowl);
    const page = await desk.open(`#/jobs/${id}?at=0`);
    const seen = new Set([await headOf(page)]);
    const marker = chart(page, "Loss").locator(".chart-at");
    const before = await marker.getAttribute("style");
    await page.keyboard.press("ArrowRight");
    assert.equal(await iterationOf(page), 1);
    seen.add(await headOf(page));
    assert.notEqual(await marker.getAttribute("style"), before);
    await page.keyboard.press("Shift+ArrowRight");
    assert.equal(await iterationOf(page), 11);
    await slider(page).focus();
    await page.keyboard.press("Home");
    assert.equal(await iterationOf(page), 0);
    assert.ok(seen.has(await headOf(page)));
    await page.locator("table.steps").getByRole("button", {name: "2", exact: true}).click();
    assert.equal(await iterationOf(page), 2);
    seen.add(await headOf(page));
    assert.equal(seen.size, 3);
    const plot = chart(page, "Gradient norm").locator(".chart-plot");
    const {width, height} = await plot.boundingBox();
    await plot.hover({position: {x: width - 14, y: height / 2}});
    assert.equal(await iterationOf(page), await slider(page).evaluate(x => Number(x.max)));
    // Where it rests stands in the address.
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => /[?&]at=\d+/.test(location.hash));
    await desk.clean(page);
  });

  test("it plays to its end, and stops when it is told to", async () => {
    const {id} = await desk.post(bowl);
    const page = await desk.open(`#/jobs/${id}?at=0`);
    await page.locator("h1").click();
    await page.keyboard.press(" ");
    await page.getByRole("button", {name: "Pause"}).click();
    const paused = await iterationOf(page);
    await page.getByLabel("Speed").selectOption("8");
    await page.getByRole("button", {name: "Play", exact: true}).click();
    await page.getByRole("button", {name: "Play", exact: true}).waitFor();
    await desk.eventually(async () =>
      assert.equal(await iterationOf(page), await slider(page).evaluate(x => Number(x.max))));
    assert.ok(paused < await iterationOf(page));
    await desk.clean(page);
  });

  test("arrows, axes, smoothing, limits and scales stand in the address", async () => {
    const {id} = await desk.post(bowl);
    const page = await desk.open(`#/jobs/${id}?at=2`);
    await page.getByRole("button", {name: "Arrows"}).click();
    await page.getByText("down the gradient").waitFor();
    await page.getByLabel("Along").selectOption("evaluations");
    await page.getByRole("img", {name: /^Loss against evaluations/}).waitFor();
    await page.getByRole("slider", {name: "Smooth"}).focus();
    await page.keyboard.press("End");
    await page.getByRole("button", {name: /^loss, smoothed/}).waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("l");
    await chart(page, "Loss").locator("summary").click();
    await chart(page, "Loss").getByLabel("from", {exact: true}).fill("-5");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.includes("y.loss"));
    const query = Object.fromEntries(queryOf(page));
    assert.deepEqual(query, {at: "2", arrows: "1", axis: "evaluations",
      smooth: "0.99", scale: "log", "y.loss": "-5.."});
    await page.reload();
    await desk.settle(page);
    assert.equal(await iterationOf(page), 2);
    await page.getByRole("button", {name: /^loss, smoothed/}).waitFor();
    await desk.clean(page);
  });

  test("a chart and the run are kept as files", async () => {
    const {id} = await desk.post(parabola);
    const {iteration, loss} = await traceOf(id);
    const page = await desk.open(`#/jobs/${id}`);
    const keep = async (place, word) => {
      await place.locator("summary").click();
      const [file] = await Promise.all([
        page.waitForEvent("download"), place.getByText(word, {exact: true}).click()]);
      return readFileSync(await file.path());
    };
    assert.equal((await keep(chart(page, "Loss"), "Numbers, CSV")).toString(),
      `iteration,loss\n${iteration.map((k, row) => `${k},${loss[row]}\n`).join("")}`);
    const svg = (await keep(chart(page, "Loss"), "Picture, SVG")).toString();
    assert.match(svg, /^<svg .*<path d="M.*<\/svg>$/s);
    const png = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
    for (const place of [chart(page, "Loss"), page.locator(".actions")])
      assert.deepEqual((await keep(place, "Picture, PNG")).subarray(0, 8), png);
    for (const [word, start] of [
      ["Trace, CSV", /^iteration,/], ["Trace, NDJSON", /^\{"iteration":0,/],
      ["Picture, SVG", /^<(svg|\?xml)/]])
      assert.match((await keep(page.locator(".actions"), word)).toString(), start);
    await desk.clean(page);
  });

  test("of many variables it shows a projection and says so, or a slice", async () => {
    const {id} = await desk.post({
      objective: {...rosenbrock, dimension: 10},
      optimizer: {type: "adam", learning_rate: 0.01}, stop: {max_iterations: 400}});
    const {plane} = await desk.get(`/jobs/${id}/landscape?nx=2&ny=2&plane=path`);
    const page = await desk.open(`#/jobs/${id}`);
    const percent = Number((plane.explained * 100).toPrecision(3));
    await page.getByText(`projection, ${percent} % of the movement`).waitFor();
    await page.getByRole("radio", {name: "Slice"}).check();
    await page.getByText("slice through x[1] and x[2]").waitFor();
    await page.getByLabel(/^Variable up/).fill("5");
    await page.keyboard.press("Enter");
    await page.getByText("slice through x[1] and x[5]").waitFor();
    assert.equal(queryOf(page).get("dims"), "0,4");
    await chart(page, "Coordinates").getByRole("button", {name: "x[6]"}).waitFor();
    await desk.clean(page);
  });
});

test("of 1 000 001 iterations 2 000 are shown; a drag asks for its own", async () => {
  const {id} = await desk.post({
    name: "a million", objective: rosenbrock, start: [-1.2, 1],
    optimizer: {type: "gradient_descent", learning_rate: 1e-5},
    stop: {max_iterations: 1000000}});
  const page = await desk.open(`#/jobs/${id}`);
  const note = page.locator(".panel", {hasText: "Curves"}).locator(".note");
  const text = async () => (await note.innerText()).replace(/\s/g, " ");
  assert.match(await text(), /^2 000 of 1 000 001 points, extremes kept$/);
  const plot = chart(page, "Loss").locator(".chart-plot");
  const box = await plot.boundingBox();
  const at = part => [box.x + 60 + part * (box.width - 80), box.y + 60];
  await page.mouse.move(...at(0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.55), {steps: 3});
  await page.mouse.up();
  await desk.eventually(async () =>
    assert.match(await text(), /^[\d ]+ of (4|5)\d \d{3} points/));
  const [from, to] = queryOf(page).get("range").split("..").map(Number);
  assert.ok(from > 450000 && from < 550000 && to > from, `${from}..${to}`);
  await plot.dblclick({position: {x: 100, y: 60}});
  await desk.eventually(async () => assert.match(await text(), /^2 000 of 1 000 001/));
  assert.equal(queryOf(page).get("range"), null);
  await desk.clean(page);
});

test("where it diverged the page says why, and what it proposes converges",
  async () => {
    const {id} = await desk.post(fast);
    const page = await desk.open(`#/jobs/${id}`);
    const banner = page.getByRole("note", {name: "What happened"});
    await banner.getByText(/^At iteration 8 the loss grew/).waitFor();
    await banner.getByText(/grew 8 steps in a row.* below 0\.167; it was 0\.5/).waitFor();
    await banner.getByRole("button", {name: "Try 0.083"}).click();
    await page.locator(".tiles").getByText("Converged").waitFor();
    assert.equal(queryOf(page).get("from"), id);
    // The spec is compared with what it was made from.
    await page.getByRole("link", {name: "Spec"}).click();
    const rate = page.locator("tr", {hasText: "/optimizer/learning_rate"});
    await rate.waitFor();
    assert.deepEqual(await rate.locator("td").allInnerTexts(), ["0.5", "0.083"]);
    await page.getByRole("link", {name: "Events"}).click();
    await page.locator("tr", {hasText: "Submitted."}).waitFor();
    await page.locator("tr", {hasText: "The gradient is as small"}).waitFor();
    await desk.clean(page);
  });

test("what was not finite is marked and counted", async () => {
  const {id} = await desk.post({
    name: "out of the logarithm", start: [0.5],
    objective: {type: "expression", expression: "log(x)", variables: ["x"]},
    optimizer: {type: "gradient_descent", learning_rate: 1},
    stop: {max_iterations: 50}});
  const trace = await desk.get(`/jobs/${id}/trace`);
  const faults = trace.nonfinite.filter(({field}) => field === "loss").length;
  assert.ok(faults > 0);
  const page = await desk.open(`#/jobs/${id}`);
  await chart(page, "Loss").getByText(`${faults} not finite`).waitFor();
  await desk.clean(page);
});

describe("a run that goes on", () => {
  let job, page;

  async function look(how) {
    job = await desk.post(endless, {wait: false});
    await desk.eventually(async () => {
      const {progress} = await desk.get(`/jobs/${job.id}`);
      assert.ok(progress?.iteration > 0);
    });
    page = await desk.open(`#/jobs/${job.id}`, how);
  }
  const tile = async () => Number((await page.locator(".tiles > div",
    {hasText: "Iterations"}).locator("dd").first().innerText()).replace(/\s/g, ""));
  const grows = async () => {
    const before = await tile();
    await desk.eventually(async () => assert.ok(await tile() > before));
  };

  test("moves without asking for its trace again, and is canceled", async () => {
    await look();
    const asked = [];
    page.on("request", request => asked.push(new URL(request.url()).pathname));
    await grows();
    await grows();
    const last = await iterationOf(page);
    await desk.eventually(async () => assert.ok(await iterationOf(page) > last));
    assert.deepEqual(asked, []);
    await page.getByRole("button", {name: "Cancel"}).click();
    await page.locator(".tiles").getByText("Canceled", {exact: true}).waitFor();
    await desk.clean(page);
  });

  test("goes on where it was when the server has restarted", async () => {
    await look({expected: [/./]});
    await grows();
    await desk.restart({hard: true});
    await grows();
    await cancel(job.id);
    await page.locator(".tiles").getByText("Canceled", {exact: true}).waitFor();
    await desk.clean(page);
  });

  test("that waits for a worker says so, and then runs", async () => {
    const before = await desk.post(endless, {wait: false});
    job = await desk.post(parabola, {wait: false});
    page = await desk.open(`#/jobs/${job.id}`);
    await page.locator(".tiles").getByText("It waits for a worker.").waitFor();
    await cancel(before.id);
    await page.locator(".tiles").getByText("Converged").waitFor();
    await chart(page, "Loss").waitFor();
    await desk.clean(page);
  });

  test("that is deleted while one looks is said to be deleted", async () => {
    await look();
    await fetch(`${desk.url}/jobs/${job.id}?force=true`, {method: "DELETE"});
    await page.getByRole("heading", {name: "This job was deleted"}).waitFor();
    await page.getByRole("link", {name: "All jobs", exact: true}).click();
    await page.getByRole("heading", {name: "Jobs", exact: true}).waitFor();
    await desk.clean(page);
  });
});
