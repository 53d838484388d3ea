// compare.test.mjs - several jobs on one map, one chart, one player.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";

import {openDesk, post} from "./harness.mjs";

const rosenbrock = {type: "function", name: "rosenbrock", dimension: 2};
const rules = {
  Descent: {type: "gradient_descent", learning_rate: 0.001},
  Adam: {type: "adam", learning_rate: 0.03},
  LBFGS: {type: "lbfgs"},
};
const model = {
  type: "model", dataset: "two_moons", target: "label",
  model: {type: "logistic"}, standardize: true, validation_fraction: 0.2,
};
// Goes on for minutes; a row every 1e5 iterations.
const endless = {
  name: "endless", objective: {type: "quadratic", A: [[1]], b: [0]}, start: [1],
  optimizer: {type: "gradient_descent", learning_rate: 1e-12},
  stop: {max_iterations: 1e9}, trace: {every: 1e5},
};

let desk, race, parabolas;

const parabola = (name, rate) => ({
  name, objective: {type: "polynomial", coefficients: [3, -12, 6]}, start: [-0.9],
  optimizer: {type: "gradient_descent", learning_rate: rate},
  stop: {max_iterations: 60},
});

before(async () => {
  desk = await openDesk(["--workers", "2"]);
  race = [];
  for (const [name, optimizer] of Object.entries(rules))
    race.push((await desk.post({name, objective: rosenbrock, start: [-1.2, 1],
      optimizer, stop: {max_iterations: 4000, gradient_tolerance: 1e-8}})).id);
  parabolas = [];
  for (const rate of [0.01, 0.03])
    parabolas.push((await desk.post(parabola("parabola", rate))).id);
});

after(() => desk?.close());

const open = (ids, query = "", how = {}) =>
  desk.open(`#/compare?jobs=${ids.join()}${query}`, how);
const names = page => page.locator("main tbody tr .row-link").allTextContents();
const places = async page =>
  (await page.locator("section", {has: page.locator("h2", {hasText: "Places"})})
    .locator("tbody tr").allTextContents()).map(text => text.trim());
const run = (page, name) =>
  page.locator(".table tbody tr", {hasText: name}).first();
const hash = page => decodeURIComponent(new URL(page.url()).hash);
const query = (page, name) =>
  new URLSearchParams(hash(page).split("?")[1]).get(name);

/** The first row whose loss is at most `target`, of the whole trace. */
async function crossing(id, target) {
  const {columns} = await desk.get(
    `/jobs/${id}/trace?limit=50000&fields=iteration,loss,evaluations`);
  const row = columns.loss.findIndex(loss => loss !== null && loss <= target);
  return {iteration: columns.iteration[row], evaluations: columns.evaluations[row]};
}

test("runs are ranked by who reached the target, to the very row", async () => {
  const page = await open(race);
  await page.locator(".verdict", {hasText: "LBFGS wins"}).waitFor();
  assert.deepEqual(await names(page), ["LBFGS", "Adam", "Descent"]);
  assert.match((await places(page))[0], /winner/);

  // A thinned trace is looked at closer: the number is the raw trace's own.
  await page.getByLabel("Target loss").fill("1e-4");
  await page.getByLabel("Target loss").press("Enter");
  for (const [place, id] of [[0, race[2]], [1, race[1]]]) {
    const {iteration, evaluations} = await crossing(id, 1e-4);
    const bare = text => text.replaceAll("\u2009", "");
    await desk.eventually(async () => {
      const cells = (await page.locator(".table").first()
        .locator(`tbody tr:nth-child(${place + 1}) td.numeric`).allTextContents()).map(bare);
      assert.deepEqual(cells.slice(1, 3), [String(iteration), String(evaluations)]);
    });
  }
  assert.match((await places(page))[2], /not reached/);
  assert.equal(query(page, "target"), "1e-4");
  await desk.clean(page);
});

test("the pace decides, and stands in the address with the slider", async () => {
  const page = await open(race);
  const choose = name => page.getByRole("radio", {name, exact: true}).check();
  await choose("Evaluations");
  await desk.eventually(() => assert.equal(query(page, "pace"), "evaluation"));
  await page.locator(".verdict", {hasText: "evaluations"}).waitFor();
  await choose("Seconds");
  await page.locator(".player-at", {hasText: "time"}).waitFor();
  await choose("Iterations");

  const slider = page.getByRole("slider", {name: "iteration"});
  await slider.focus();
  await slider.press("Home");
  await page.locator("th", {hasText: "Loss at iteration 0"}).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("h1").click();
  await page.keyboard.press("ArrowRight");
  await page.locator("th", {hasText: "Loss at iteration 1"}).waitFor();
  await desk.eventually(() => assert.equal(query(page, "at"), "1"));
  const {columns} = await desk.get(`/jobs/${race[1]}/trace?from=1&to=2&fields=loss`);
  // Of a thinned trace the row is asked for.
  await desk.eventually(async () => assert.equal(
    Number(await run(page, "Adam").locator("td.numeric").first().textContent()),
    Number(columns.loss[0].toPrecision(5))));

  // Who gets the link sees the same.
  const other = await desk.open(new URL(page.url()).hash);
  await other.locator("th", {hasText: "Loss at iteration 1"}).waitFor();
  await desk.clean(other);
  await desk.clean(page);
});

test("a job is found and added, and taken away; others keep their colours", async () => {
  const page = await open(race.slice(0, 2));
  const colour = name => run(page, name)
    .locator(".swatch").getAttribute("stroke");
  const adam = await colour("Adam");
  await page.keyboard.press("/");
  await page.keyboard.type("LBF");
  await page.locator(".pick-list button", {hasText: "LBFGS"}).waitFor();
  await page.locator(".pick-list button").nth(1).waitFor({state: "detached"});
  await page.keyboard.press("Enter");
  await page.locator(".verdict", {hasText: "LBFGS"}).waitFor();
  assert.equal(query(page, "jobs"), race.join());

  await page.getByRole("button", {name: "Take Descent away"}).click();
  await run(page, "Descent").waitFor({state: "detached"});
  assert.equal(query(page, "jobs"), `,${race[1]},${race[2]}`);
  assert.equal(await colour("Adam"), adam);
  await page.reload();
  await desk.settle(page);
  assert.equal(await colour("Adam"), adam);
  await page.goBack();
  await run(page, "Descent").waitFor();
  await desk.clean(page);
});

test("without jobs one is asked for; the arrows go through the list", async () => {
  const page = await desk.open("#/compare");
  await page.locator(".pick-list button").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = await page.locator(".pick-list strong").nth(1).textContent();
  await page.keyboard.press("Enter");
  await page.locator(".row-link", {hasText: second}).waitFor();
  await desk.clean(page);
});

test("one map, or one for each; hovering a row lights its run", async () => {
  const page = await open(race);
  const maps = page.locator(".landscape-canvas");
  await maps.first().waitFor();
  assert.equal(await maps.count(), 1);
  await page.locator("h1").click();
  await page.keyboard.press("m");
  await desk.eventually(async () => assert.equal(await maps.count(), 3));
  assert.equal(query(page, "each"), "1");
  await page.getByRole("radio", {name: "One map"}).check();
  await desk.eventually(async () => assert.equal(await maps.count(), 1));

  // The others are painted at a fourth: the picture above the map changes.
  const picture = () => page.locator(".landscape-canvas canvas").nth(1)
    .evaluate(canvas => canvas.toDataURL());
  await page.locator("h1").hover();
  const before = await picture();
  await run(page, "Adam").hover();
  await desk.eventually(async () => assert.notEqual(await picture(), before));
  await page.locator("h1").hover();
  await desk.eventually(async () => assert.equal(await picture(), before));
  await desk.clean(page);
});

test("only what differs is shown, all on request", async () => {
  const page = await open(parabolas);
  const settings = page.locator("table.settings");
  await settings.waitFor();
  assert.deepEqual(await settings.locator("tbody tr").allTextContents(),
    ["optimizer.learning_rate0.010.03"]);
  // Two of one name are told apart by what they do differently.
  assert.deepEqual((await names(page)).sort(),
    ["parabola, learning_rate 0.01", "parabola, learning_rate 0.03"]);
  await page.getByRole("radio", {name: "All", exact: true}).check();
  await settings.locator("th", {hasText: "stop.max_iterations"}).waitFor();
  assert.equal(query(page, "all"), "1");
  await page.locator("h2", {hasText: "Curve"}).waitFor(); // one variable
  await desk.clean(page);
});

test("jobs of different objectives share a chart, and no map or rank", async () => {
  const page = await open([race[0], parabolas[0]]);
  await page.locator(".verdict", {hasText: "different objectives"}).waitFor();
  assert.equal(await page.locator(".landscape-canvas").count(), 0);
  assert.equal(await page.locator("th", {hasText: "Place"}).count(), 0);
  assert.equal(await page.locator(".chart").count(), 1);
  await desk.clean(page);
});

test("models are judged by their validation loss, over epochs", async () => {
  const ids = [];
  for (const batch of ["full", 16])
    ids.push((await desk.post({name: `batch ${batch}`, objective: model, seed: 1,
      batch_size: batch, optimizer: {type: "adam", learning_rate: 0.05},
      stop: {max_epochs: 8}})).id);
  const page = await open(ids);
  await page.locator("th", {hasText: "Validation loss, last"}).waitFor();
  const {columns} = await desk.get(
    `/jobs/${ids[1]}/trace?axis=epoch&fields=epoch,validation_loss`);
  const last = columns.validation_loss.at(-1);
  const cells = run(page, "batch 16").locator("td[title]");
  await desk.eventually(async () =>
    assert.equal(await cells.first().getAttribute("title"), String(last)));
  await page.locator("[role=img][aria-label*='against epoch']").waitFor();
  await desk.clean(page);
});

test("running jobs go on by one stream, until they end or are deleted", async () => {
  const jobs = [];
  for (const priority of [0, 1])
    jobs.push((await post(desk.url, {...endless, priority}, {wait: false})).id);
  const page = await open(jobs);
  await page.locator(".badge", {hasText: "Running"}).nth(1).waitFor();
  const last = () => page.locator(".player-at small").textContent();
  let before;
  await desk.eventually(async () => { before = await last(); });
  await desk.eventually(async () => assert.notEqual(await last(), before));
  const streams = desk.server.log.filter(line =>
    /route=\/(jobs\/\{id\}\/)?events /.test(line)).length;
  assert.equal(streams, 0); // a stream is logged when it ends
  await fetch(`${desk.url}/jobs/${jobs[0]}/cancel`, {method: "POST"});
  await page.locator(".badge", {hasText: "Canceled"}).waitFor();
  await fetch(`${desk.url}/jobs/${jobs[1]}?force=true`, {method: "DELETE"});
  await page.getByText("1 job of this address is not there any more").waitFor();
  await desk.clean(page);
});

test("twenty jobs fit, and no two look the same", async () => {
  const ids = [];
  for (let k = 0; k < 20; k++)
    ids.push((await desk.post(parabola(`run ${k}`, 0.002 * (k + 1)))).id);
  const page = await open(ids);
  const rows = page.locator(".table").first().locator("tbody tr");
  await desk.eventually(async () => assert.equal(await rows.count(), 20));
  const looks = await page.locator(".table").first().locator("tbody .swatch")
    .evaluateAll(all => all.map(one => one.outerHTML));
  assert.equal(new Set(looks).size, 20);
  await desk.clean(page);
});
