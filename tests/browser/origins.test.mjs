// origins.test.mjs - a page of another origin, in chromium, against a real server.
//
//   node origins.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM
//
// One page, page.html, from two ports: the first is named in --cors-origins and
// can do all of it, the second is not and can do none of it.
import assert from "node:assert/strict";
import {once} from "node:events";
import {mkdtemp, readFile, rm} from "node:fs/promises";
import {createServer} from "node:http";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, describe, test} from "node:test";
import {fileURLToPath} from "node:url";

import {launch, PATIENCE_MS, startServer} from "./harness.mjs";

// A job that goes on for minutes.
const crawl = {
  objective: {type: "quadratic", A: [[1]], b: [0]}, start: [1],
  optimizer: {type: "gradient_descent", learning_rate: 1e-12},
  stop: {max_iterations: 1000000000}, trace: {every: 100000},
};

let place, site, otherSite, server, browser, origin, otherOrigin, api;

async function servePage() {
  const html = await readFile(
    fileURLToPath(new URL("page.html", import.meta.url)));
  const made = createServer((request, answer) => {
    answer.writeHead(200, {"Content-Type": "text/html; charset=utf-8"});
    answer.end(html);
  }).listen(0, "127.0.0.1");
  await once(made, "listening");
  return made;
}

function originOf(made) {
  return `http://127.0.0.1:${made.address().port}`;
}

before(async () => {
  place = await mkdtemp(join(tmpdir(), "descentd-browser-"));
  site = await servePage();
  otherSite = await servePage();
  origin = originOf(site);
  otherOrigin = originOf(otherSite);
  server = await startServer(place, {options: ["--cors-origins", origin]});
  api = server.url;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  site?.close();
  otherSite?.close();
  await server?.stop();
  await rm(place, {recursive: true, force: true});
});

async function open(from) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${from}/?server=${encodeURIComponent(api)}`);
  return page;
}

// Click, and what the page says once it is done.
async function click(page, name) {
  await page.click(`#${name}`);
  await page.waitForFunction(
    () => document.getElementById("said").textContent !== "");
  return page.textContent("#said");
}

async function jobCount() {
  const answer = await fetch(`${api}/jobs?limit=500`);
  return (await answer.json()).items.length;
}

describe("a page whose origin is named", () => {
  let page;

  before(async () => { page = await open(origin); });
  after(() => page.close());

  test("lists jobs", async () => {
    assert.equal(await click(page, "list"), "0 jobs");
  });

  test("posts one, and reads its id and place", async () => {
    assert.match(await click(page, "post"), /^posted, request [\w.-]+$/);
    assert.match(await page.textContent("#job"), /^job_[0-9a-z]{26}$/);
    assert.equal(await click(page, "list"), "1 jobs");
    assert.equal(await page.textContent("#jobs li"),
      await page.textContent("#job"));
  });

  test("polls it to its end", async () => {
    assert.match(await click(page, "poll"), /^ended, asked \d+ times$/);
    assert.equal(await page.textContent("#state"), "completed");
    assert.equal(await page.textContent("#iteration"), "2000000");
  });

  test("follows another one by an EventSource to its end", async () => {
    assert.equal(await click(page, "follow"),
      "completed after 3000001 rows, 3000000.end, opened 1 times");
    const types = await page.locator("#jobs li").allTextContents();
    for (const type of ["snapshot", "points", "best", "end"])
      assert.ok(types.includes(type), `${type} in ${types}`);
  });

  test("downloads its trace as CSV", async () => {
    const waited = page.waitForEvent("download");
    await page.click("#csv");
    const download = await waited;
    const id = await page.textContent("#job");
    assert.equal(download.suggestedFilename(), `${id}.csv`);
    const text = await readFile(await download.path(), "utf8");
    const expected = await fetch(`${api}/jobs/${id}/trace`,
      {headers: {Accept: "text/csv"}});
    assert.equal(text, await expected.text());
    const lines = text.trimEnd().split("\n");
    assert.match(lines[0], /^iteration,/);
    assert.equal(lines.length, 1 + 21); // 0, 100000, ..., 2000000
  });

  test("shows every fault of a problem", async () => {
    assert.equal(await click(page, "fault"), "422 The job spec is not valid");
    assert.deepEqual(await page.locator("#faults li").allTextContents(), [
      "/optimizer/learning_rate: -0.1 is not in [0, 1e6]",
      "/optimizer/momentun: no such member; did you mean momentum?",
    ]);
  });
});

describe("the same page from an origin that is not named", () => {
  let page;

  before(async () => { page = await open(otherOrigin); });
  after(() => page.close());

  for (const name of ["list", "post", "follow", "fault"])
    test(`cannot do it: ${name}`, async () => {
      const jobs = await jobCount();
      assert.equal(await click(page, name), "failed: TypeError");
      assert.equal(await page.locator("li").count(), 0);
      assert.equal(await jobCount(), jobs);
    });

  test("cannot poll or read a job whose id it knows", async () => {
    const {items} = await (await fetch(`${api}/jobs`)).json();
    const {self, trace} = items[0].links;
    for (const path of [self, `${trace}.csv`, `${self}/result`]) {
      const said = await page.evaluate(
        url => fetch(url).then(() => "read it", error => error.name),
        api + path);
      assert.equal(said, "TypeError", path);
    }
    assert.equal(await page.evaluate(url => new Promise(resolve => {
      const source = new EventSource(url);
      source.addEventListener("snapshot", () => resolve("followed it"));
      source.onerror = () => resolve(source.readyState);
    }), api + items[0].links.events), 2); // EventSource.CLOSED
  });

  // A browser sends such a request without asking first: the server refuses.
  test("cannot cancel a job, not even without reading the answer", async () => {
    const posted = await fetch(`${api}/jobs`, {
      method: "POST", body: JSON.stringify(crawl),
      headers: {"Content-Type": "application/json"},
    });
    const {self} = (await posted.json()).links;
    const waited = page.waitForResponse(api + self + "/cancel");
    await page.evaluate(url => fetch(`${url}/cancel`,
      {method: "POST", mode: "no-cors"}), api + self);
    assert.equal((await waited).status(), 403);
    assert.equal(await page.evaluate(
      url => fetch(`${url}?force=true`, {method: "DELETE"}).then(
        () => "deleted it", error => error.name), api + self), "TypeError");
    const job = await (await fetch(api + self)).json();
    assert.match(job.state, /^(queued|running)$/);
    assert.equal(job.requested, null);
    await fetch(`${api + self}/cancel`, {method: "POST"});
  });

  test("has no link to download", async () => {
    assert.equal(await page.getAttribute("#csv", "href"), null);
  });
});
