// status.test.mjs - how the server is, the reference of its interface, and the
// key that it may want.
import assert from "node:assert/strict";
import {after, before, describe, test} from "node:test";

import {openDesk, post} from "./harness.mjs";

const endless = priority => ({
  name: `endless ${priority}`, priority,
  objective: {type: "quadratic", A: [[1]], b: [0]}, start: [1],
  optimizer: {type: "gradient_descent", learning_rate: 1e-12},
  stop: {max_iterations: 1e9}, trace: {every: 1e5},
});

let desk, jobs;

before(async () => {
  desk = await openDesk();
  jobs = [];
  for (const priority of [9, 0, 0, -2]) {
    jobs.push((await post(desk.url, endless(priority), {wait: false})).id);
    await desk.eventually(async () =>
      assert.equal((await desk.get("/queue")).workers.busy, 1));
  }
});

after(() => desk?.close());

const lines = (page, title) => page.locator("section.panel", {
  has: page.locator("h2", {hasText: title})}).locator("tbody tr").allTextContents();

test("the queue by priority, what runs, and the counts are seen", async () => {
  const page = await desk.open("#/status");
  await page.locator(".badge", {hasText: "Ready"}).waitFor();
  assert.deepEqual(await lines(page, "Waiting"), ["02", "−21"]);
  assert.match((await lines(page, "Running")).join(), /^endless 9/);
  assert.deepEqual((await lines(page, "Jobs by state")).slice(0, 2), ["queued3", "running1"]);
  const pill = page.locator(".pill");
  assert.equal(await pill.getAttribute("title"), "1 of 1 workers busy, 3 queued");
  await page.locator("section a", {hasText: "endless 9"}).click();
  await page.locator("h1", {hasText: "endless 9"}).waitFor();
  await pill.click();
  await page.locator("h1", {hasText: "Status"}).waitFor();
  await desk.clean(page);
});

test("a server that takes no jobs says why on the page", async () => {
  const answer = await desk.get("/queue");
  const page = await desk.open("#/status", {prepare: page =>
    page.route("**/queue", route => route.fulfill({json: {...answer, ready: false,
      problem: {type: "/problems/disk-full", status: 507, title: "The disk is full",
        detail: "the disk of the database is full: delete jobs"}}}))});
  await page.locator(".badge", {hasText: "Takes no jobs"}).waitFor();
  await page.locator("[role=alert]", {hasText: "delete jobs"}).waitFor();
  await desk.clean(page);
});

test("it is asked every 15 seconds, and not while the page is hidden", async () => {
  let asked = 0;
  const page = await desk.open("#/status", {prepare: async page => {
    await page.clock.install();
    page.on("request", request => { asked += request.url().endsWith("/queue"); });
  }});
  await page.locator(".pill").waitFor();
  // The page's clock stands, and goes on by what it is told.
  await page.clock.pauseAt(await page.evaluate(() => Date.now()) + 1000);
  const before = asked;
  for (let s = 0; s < 60; s += 5) await page.clock.runFor(5000);
  await desk.eventually(() => assert.ok(asked >= before + 3, `${asked - before}`));
  assert.ok(asked <= before + 4, `${asked - before} in a minute`);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", {get: () => globalThis.covered ?? true,
      configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const hidden = asked;
  await page.clock.runFor(120000);
  assert.equal(asked, hidden);
  await page.evaluate(() => {
    globalThis.covered = false;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await desk.eventually(() => assert.equal(asked, hidden + 1));
  await page.clock.resume();
  await desk.clean(page);
});

describe("the reference", () => {
  test("has every route that the server lists", async () => {
    const {routes} = await desk.get("/");
    const page = await desk.open("#/api");
    const said = await page.locator(".entry > summary").evaluateAll(all =>
      all.map(one => `${one.children[0].textContent} ${one.children[1].textContent}`));
    assert.deepEqual(said.sort(),
      routes.map(({method, path}) => `${method} ${path}`).sort());
    await desk.clean(page);
  });

  test("tries a route: status, headers, the answer; the address keeps it", async () => {
    const page = await desk.open("#/api", {expected: [/\/jobs\/job_none/]});
    await page.keyboard.press("/");
    await page.keyboard.type("/jobs/{id}/spec");
    const entry = page.locator(".entry", {hasText: "/jobs/{id}/spec"});
    await page.locator(".entry").nth(1).waitFor({state: "detached"});
    await entry.locator("summary").click();
    const button = entry.getByRole("button", {name: "Try it"});
    assert.equal(await button.isDisabled(), true);
    await entry.getByLabel("id", {exact: true}).fill(jobs[0]);
    assert.match(await entry.locator(".curl code").textContent(),
      new RegExp(`^curl -s 'http://\\S+/jobs/${jobs[0]}/spec'$`));
    await entry.getByLabel("id", {exact: true}).press("Enter");
    await entry.locator("strong", {hasText: "200"}).waitFor();
    assert.deepEqual(JSON.parse(await entry.getByLabel("Answer").textContent()),
      await desk.get(`/jobs/${jobs[0]}/spec`));
    assert.match(await entry.getByLabel("Headers").textContent(), /content-type: application\/json/);

    await entry.getByLabel("id", {exact: true}).fill("job_none");
    await button.click();
    await entry.locator("strong", {hasText: "404"}).waitFor();
    await page.reload();
    await desk.settle(page);
    await page.getByRole("button", {name: "Try it"}).waitFor(); // open as before
    await desk.clean(page);
  });

  test("a stream without end is cut, a long answer too", async () => {
    const page = await desk.open(`#/api?open=GET /jobs/{id}/events`);
    await page.getByLabel("id", {exact: true}).fill(jobs[0]);
    await page.getByRole("button", {name: "Try it"}).click();
    await page.getByText("it goes on").waitFor();
    assert.match(await page.getByLabel("Answer").textContent(), /event: snapshot/);
    await page.goto(`${desk.url}/#/api?open=GET /functions`);
    await page.getByRole("button", {name: "Try it"}).click();
    await page.getByText("its first 16 KiB").waitFor();
    await desk.clean(page);
  });

  test("the catalogue is read and searched", async () => {
    const page = await desk.open("#/api?tab=optimizers");
    const {items} = await desk.get("/optimizers");
    assert.equal(await page.locator(".entry").count(), items.length);
    await page.getByPlaceholder("Search").fill("adam");
    await page.locator(".entry", {hasText: "lbfgs"}).first().waitFor({state: "detached"});
    const adam = page.locator(".entry", {has: page.getByText("adam", {exact: true})});
    await adam.locator("summary").first().click();
    await adam.getByText("Kingma").waitFor();
    assert.match(await adam.locator("tr", {hasText: "beta1"}).first().textContent(),
      /beta10\.9\[0, 1\)Decay of the mean/);
    for (const tab of ["Schedules", "Functions", "Models", "Losses"]) {
      await page.getByPlaceholder("Search").fill("");
      await page.getByRole("link", {name: tab, exact: true}).click();
      const kind = tab.toLowerCase();
      const {items: all} = await desk.get(`/${kind}`);
      await desk.eventually(async () =>
        assert.equal(await page.locator(".entry").count(), all.length));
      await page.locator(".entry summary").first().click();
      await page.locator(".entry .formula").first().waitFor();
      await page.locator(".entry summary").first().click();
    }
    await desk.clean(page);
  });
});

// There are no keys yet: what a server with keys answers stands before ours.
describe("where a key is wanted", () => {
  const isApi = url => !/^\/(assets\/.*)?$/.test(url.pathname);
  /** Answers 401 to all but the key that `valid` holds now. */
  async function guard(page, valid) {
    await page.route(isApi, async route => {
      const said = route.request().headers().authorization;
      if (said === `Bearer ${valid.key}`) return route.continue();
      await route.fulfill({status: 401, contentType: "application/problem+json",
        headers: {"WWW-Authenticate": "Bearer"},
        json: {type: "/problems/unauthorized", title: "A key is wanted", status: 401,
          detail: said ? "this key has expired" : "no key was sent"}});
    });
  }
  const open = (valid, place = "#/jobs") => desk.open(place,
    {expected: [/./], prepare: page => guard(page, valid)});
  const dialog = page => page.getByRole("dialog", {name: "This server wants a key"});

  test("it is asked for once, and kept in this tab alone", async () => {
    const page = await open({key: "dd_good"});
    await dialog(page).waitFor();
    assert.equal(await dialog(page).count(), 1);
    assert.equal(await page.evaluate(() =>
      document.activeElement.closest("dialog") !== null), true);
    await page.getByLabel("Key", {exact: true}).fill(" dd_good ");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor({state: "detached"});
    await page.locator("tr", {hasText: "endless 9"}).waitFor();
    await page.reload();
    await page.locator("tr", {hasText: "endless 9"}).waitFor();
    assert.equal(await dialog(page).count(), 0);
    assert.deepEqual(await page.evaluate(() =>
      [JSON.stringify(localStorage).includes("dd_good"), document.cookie]), [false, ""]);
    await page.getByRole("button", {name: "Forget the key"}).click();
    await dialog(page).waitFor();
    await desk.clean(page);
  });

  test("a wrong one is asked for again, and says that it was", async () => {
    const page = await open({key: "dd_good"}, "#/status");
    await page.getByLabel("Key", {exact: true}).fill("dd_wrong");
    await page.getByRole("button", {name: "Use this key"}).click();
    await dialog(page).getByText("not valid any more").waitFor();
    await page.getByLabel("Key", {exact: true}).fill("dd_good");
    await page.getByRole("button", {name: "Use this key"}).click();
    await page.locator(".badge", {hasText: "Ready"}).waitFor();
    await desk.clean(page);
  });

  test("one that expires under a page's eyes is asked for, and the page goes on",
    async () => {
      const valid = {key: "dd_old"};
      const page = await open(valid, `#/jobs/${jobs[0]}`);
      await page.getByLabel("Key", {exact: true}).fill("dd_old");
      await page.keyboard.press("Enter");
      await page.locator("h1", {hasText: "endless 9"}).waitFor();
      valid.key = "dd_new";
      // The page may ask by itself meanwhile, and its dialog takes all clicks.
      await page.evaluate(() => {
        location.hash = "#/jobs";
      });
      await dialog(page).getByText("not valid any more").waitFor();
      await page.getByLabel("Key", {exact: true}).fill("dd_new");
      await page.keyboard.press("Enter");
      await page.locator("tr", {hasText: "endless 9"}).waitFor();
      assert.equal(await dialog(page).count(), 0);
      await desk.clean(page);
    });

  test("who has none can close it, and is not asked by every request", async () => {
    const page = await open({key: "dd_good"}, "#/status");
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({state: "detached"});
    await page.locator("[role=alert]", {hasText: "A key is wanted"}).waitFor();
    await desk.clean(page);
  });
});
