// jobs.test.mjs - the list of jobs: ten thousand of them, filters, keys, and
// what is done to many at once.
//
//   node jobs.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM [PICTURES]
import assert from "node:assert/strict";
import {Agent, request} from "node:http";
import {after, before, describe, test} from "node:test";

import {openDesk} from "./harness.mjs";

const ALL = 10000, GONE = 120, AT_ONCE = 24;
const small = (k, more) => ({
  name: `small ${k}`, tags: [k < GONE ? "gone" : "kept"],
  objective: {type: "quadratic", A: [[2]], b: [1]}, start: [k],
  optimizer: {type: k % 4 ? "gradient_descent" : "adam", learning_rate: 0.1},
  stop: {max_iterations: 1}, ...more,
});

let desk;

/** Not by fetch, which takes ten times as long. */
function submitOnce(agent, spec) {
  return new Promise((resolve, reject) => {
    const sent = request(`${desk.url}/jobs`, {
      agent, method: "POST", headers: {"Content-Type": "application/json"},
    }, answer => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(spec));
  });
}

/** A queue that is full is asked again. */
async function submit(agent, spec) {
  for (;;) {
    const status = await submitOnce(agent, spec);
    if (status === 202) return;
    assert.ok([429, 503].includes(status), `${status}`);
    await new Promise(resolve => { setTimeout(resolve, 200); });
  }
}

before(async () => {
  desk = await openDesk();
  await desk.post(small(0, {name: "too fast",
    optimizer: {type: "gradient_descent", learning_rate: 100},
    stop: {max_iterations: 1000}}));
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE});
  let next = 1;
  await Promise.all(Array.from({length: AT_ONCE}, async () => {
    while (next < ALL) await submit(agent, small(next++));
  }));
  agent.destroy();
  await desk.eventually(async () =>
    assert.equal((await desk.get("/jobs?limit=1")).counts.completed, ALL));
});

after(() => desk?.close());

const rows = page => page.locator("main table tbody tr");
const chip = (page, word) =>
  page.getByRole("navigation", {name: "By state"}).getByRole("link", {name: word});
const bar = page => page.getByRole("region", {name: "Chosen jobs"});
const words = async place => (await place.innerText()).replace(/\s+/g, " ");

test("ten thousand are counted, and come fifty at a time", async () => {
  const page = await desk.open("#/jobs");
  assert.equal(await words(chip(page, "All")), "All 10 000");
  assert.equal(await rows(page).count(), 50);
  const first = await rows(page).first().innerText();
  await page.getByRole("link", {name: "Next page"}).click();
  await page.getByRole("link", {name: "First page"}).waitFor();
  await desk.eventually(async () =>
    assert.notEqual(await rows(page).first().innerText(), first));
  assert.equal(await rows(page).count(), 50);
  await page.goBack();
  await desk.eventually(async () =>
    assert.equal((await rows(page).first().innerText()).split("\n")[0],
      first.split("\n")[0]));
  await desk.clean(page);
});

describe("filters", () => {
  test("by outcome, with its count", async () => {
    const page = await desk.open("#/jobs");
    assert.equal(await words(chip(page, "Diverged")), "Diverged 1");
    await chip(page, "Diverged").click();
    await desk.eventually(async () => assert.equal(await rows(page).count(), 1));
    await rows(page).getByText("too fast").waitFor();
    await desk.clean(page);
  });

  test("by optimizer, tag and time, all in the address", async () => {
    const page = await desk.open("#/jobs");
    await page.getByLabel("By optimizer").selectOption("adam");
    await page.getByLabel("Tag", {exact: true}).fill("gone");
    await page.keyboard.press("Enter");
    await page.getByLabel("By time").selectOption("1h");
    // Every fourth of 120, of which the first is another.
    await desk.eventually(async () => assert.equal(await rows(page).count(), 29));
    await page.reload();
    await desk.settle(page);
    assert.equal(await rows(page).count(), 29);
    assert.equal(await page.getByLabel("By optimizer").inputValue(), "adam");
    await page.getByRole("button", {name: "Without filters"}).click();
    await desk.eventually(async () => assert.equal(await rows(page).count(), 50));
    await desk.clean(page);
  });

  test("by a part of the name, from the keyboard", async () => {
    const page = await desk.open("#/jobs");
    await page.keyboard.press("/");
    await page.keyboard.type("small 4321");
    await desk.eventually(async () => assert.equal(await rows(page).count(), 1));
    await page.keyboard.press("Escape");
    for (const key of ["j", "x"]) await page.keyboard.press(key);
    await bar(page).getByText("1 chosen").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", {name: "small 4321"}).waitFor();
    await desk.clean(page);
  });

  test("heads sort", async () => {
    const page = await desk.open("#/jobs");
    await page.getByRole("button", {name: "Loss"}).click();
    const {items} = await desk.get("/jobs?sort=loss&limit=1");
    await desk.eventually(async () => assert.match(
      await rows(page).first().innerText(), new RegExp(items[0].name)));
    await desk.clean(page);
  });
});

describe("many at once", () => {
  async function chooseAll(page, all) {
    await page.getByLabel("Choose all that are shown").check();
    await bar(page).getByText("50 chosen").waitFor();
    await bar(page).getByRole("button", {name: "All that match"}).click();
    await desk.eventually(async () =>
      assert.match(await words(bar(page)), new RegExp(`^${all} chosen Run|^${all} chosen All`)));
  }

  test("all ten thousand are chosen, and the question names their number",
    async () => {
      const page = await desk.open("#/jobs");
      await chooseAll(page, "10 000");
      assert.ok(await bar(page).getByRole("button", {name: "Compare"}).isDisabled());
      await bar(page).getByRole("button", {name: "Delete"}).click();
      const question = page.getByRole("dialog");
      assert.match(await words(question), /^Delete 10 000 jobs\?/);
      await question.getByRole("button", {name: "Keep"}).click();
      assert.equal((await desk.get("/jobs?limit=1")).counts.completed, ALL);
      await bar(page).getByRole("button", {name: "Choose none"}).click();
      await bar(page).waitFor({state: "detached"});
      await desk.clean(page);
    });

  test("those that a filter matches are deleted, and no other", async () => {
    const page = await desk.open("#/jobs?tag=gone");
    await chooseAll(page, GONE);
    await bar(page).getByRole("button", {name: "Delete"}).click();
    await page.getByRole("dialog")
      .getByRole("button", {name: `Delete ${GONE} jobs`}).click();
    await page.getByText(`${GONE} jobs deleted`).waitFor();
    await page.getByRole("heading", {name: "No job is like that"}).waitFor();
    const {counts} = await desk.get("/jobs?limit=1");
    assert.equal(counts.completed, ALL - GONE);
    await desk.clean(page);
  });

  test("what waits or runs is canceled", async () => {
    const endless = {
      name: "endless", tags: ["endless"],
      objective: {type: "function", name: "rosenbrock", dimension: 2},
      optimizer: {type: "adam", learning_rate: 1e-9},
      stop: {max_iterations: 1000000000}, trace: {every: 20000}};
    for (let k = 0; k < 3; k++) await desk.post(endless, {wait: false});
    const page = await desk.open("#/jobs?tag=endless");
    await page.getByLabel("Choose all that are shown").check();
    await bar(page).getByRole("button", {name: "Cancel"}).click();
    await page.getByRole("dialog").getByRole("button", {name: "Cancel 3 jobs"}).click();
    // The rows change by the stream.
    await desk.eventually(async () =>
      assert.equal(await rows(page).getByText("Canceled").count(), 3));
    await desk.clean(page);
  });
});
