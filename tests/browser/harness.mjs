// harness.mjs - a real server, chromium, and pages that are watched.
//
//     const desk = await openDesk();            // before()
//     const page = await desk.open("#/jobs");   // a watched page
//     … page.locator("…"), as playwright has it …
//     await desk.clean(page);                   // nothing went wrong on it
//     await desk.close();                       // after()
//
// What a page must never do is collected while it is open: errors on its
// console, exceptions, reports of its policy, requests to another host, answers
// of 400 and above that the test did not expect.
import assert from "node:assert/strict";
import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdir, mkdtemp, readFile, rm} from "node:fs/promises";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {chromium} from "playwright-core";

export const [descentd, browserPath, pictures] = process.argv.slice(2);
export const PATIENCE_MS = 60000; // for what must happen at last; nothing is timed

// Without these chromium asks its maker's hosts at every start; its sandbox
// needs rights that a container does not have, and only our own pages are
// shown.
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update",
  "--disable-sync",
];

// ---- the server -------------------------------------------------------------

/**
 * Start a descentd on a free port, or on `port` again.
 * Returns {url, port, log, stop(), kill()}; log grows by its lines.
 */
export async function startServer(place, {options = [], port = 0} = {}) {
  const server = spawn(descentd, [
    "serve", "--listen", `127.0.0.1:${port}`, "--store", join(place, "jobs.db"),
    "--workers", "1", ...options,
  ], {stdio: ["ignore", "ignore", "pipe"]});
  const log = [];
  const url = await new Promise((resolve, reject) => {
    server.once("exit", () => reject(new Error(`it has ended: ${log.join("\n")}`)));
    // To its end: a full pipe would stop the server.
    createInterface({input: server.stderr}).on("line", line => {
      log.push(line);
      const found = line.match(/event=started url=(\S+)/)?.[1];
      if (found) resolve(found);
    });
  });
  const ended = once(server, "exit");
  return {
    url, log,
    port: Number(new URL(url).port),
    async stop() {
      server.kill("SIGTERM");
      assert.equal((await ended)[0], 0, "the server's exit status");
    },
    async kill() {
      server.kill("SIGKILL");
      await ended;
    },
  };
}

/** Post a spec and return the job; with `wait` once it has ended. */
export async function post(url, spec, {wait = true} = {}) {
  const answer = await fetch(`${url}/jobs`, {
    method: "POST", body: JSON.stringify(spec),
    headers: {"Content-Type": "application/json", ...(wait && {Prefer: "wait=30"})},
  });
  const job = await answer.json();
  assert.equal(answer.status, wait ? 201 : 202, JSON.stringify(job));
  return job;
}

export function launch() {
  return chromium.launch({
    executablePath: browserPath, args: flags, timeout: PATIENCE_MS,
  });
}

// ---- pages that are watched -------------------------------------------------

/** What a page has done that it must not. */
class Watch {
  constructor(page, origin) {
    this.faults = [];
    this.expected = [];
    page.on("console", message => {
      if (message.type() === "error" && !this.#isExpected(message.location().url))
        this.faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", error => this.faults.push(`exception: ${error.stack}`));
    page.on("request", request => {
      const url = new URL(request.url());
      if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin)
        this.faults.push(`another host: ${url}`);
    });
    page.on("response", response => {
      if (response.status() >= 400 && !this.#isExpected(response.url()))
        this.faults.push(`${response.status()}: ${response.url()}`);
    });
  }

  #isExpected(url) {
    return this.expected.some(pattern => pattern.test(url));
  }
}

const reportPolicy = () => {
  document.addEventListener("securitypolicyviolation", event => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
};

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A server with a store of its own, a browser, and pages of the dashboard. */
class Desk {
  #contexts = new Map();
  #watches = new WeakMap();

  async begin(options) {
    this.options = options;
    this.place = await mkdtemp(join(tmpdir(), "descentd-browser-"));
    this.server = await startServer(this.place, {options});
    this.url = this.server.url;
    this.browser = await launch();
    this.axe = await readFile(axeSource, "utf8");
    return this;
  }

  post(spec, how) {
    return post(this.url, spec, how);
  }

  async get(path) {
    return (await fetch(this.url + path)).json();
  }

  /** A context of the browser: one for each kind of page. */
  #context(how) {
    const key = JSON.stringify(how);
    if (!this.#contexts.has(key))
      this.#contexts.set(key, this.browser.newContext({
        viewport: {width: 1280, height: 800}, locale: "en-GB", ...how,
      }));
    return this.#contexts.get(key);
  }

  /**
   * Open the dashboard at a place ("#/jobs") and wait until it stands still.
   * `how` goes to the browser's context: colorScheme, viewport, bypassCSP, …;
   * `expected` are addresses that may fail; `prepare(page)` is called before
   * anything is asked for, and such a page is not waited for.
   */
  async open(place, {expected = [], prepare, ...how} = {}) {
    const page = await (await this.#context(how)).newPage();
    const watch = new Watch(page, this.url);
    watch.expected = expected;
    this.#watches.set(page, watch);
    page.setDefaultTimeout(PATIENCE_MS);
    await page.addInitScript(reportPolicy);
    await prepare?.(page);
    await page.goto(`${this.url}/${place}`);
    if (!prepare) await this.settle(page);
    return page;
  }

  /** Wait until a page has its title, and what it fetches first is there. (A
   * stream of events goes on: no page is ever without a request.) */
  async settle(page) {
    await page.locator("main h1").first().waitFor();
    await page.waitForLoadState("load");
    await page.waitForFunction(async () => {
      const now = () => performance.getEntriesByType("resource").length;
      const before = now();
      await new Promise(resolve => { setTimeout(resolve, 150); });
      return now() === before
        && !document.querySelector("main [aria-busy=true]");
    });
  }

  /** What went wrong on a page so far. */
  faults(page) {
    return this.#watches.get(page).faults;
  }

  /** Wait until a check passes. */
  async eventually(check) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await new Promise(resolve => { setTimeout(resolve, 50); });
    }
  }

  /** Nothing went wrong on the page; it is closed. */
  async clean(page) {
    const faults = this.faults(page);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.close();
    assert.deepEqual(faults, []);
  }

  /** What axe-core finds; the page's context must bypass the policy. */
  async violations(page) {
    // As high as the page is: what sticks to the window's end covers nothing
    // that one cannot scroll to.
    const {width} = page.viewportSize();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({width, height: height + 400});
    await this.settle(page);
    await page.evaluate(this.axe);
    const {violations} = await page.evaluate(
      tags => window.axe.run({runOnly: tags}), rules);
    return violations.flatMap(({id, nodes}) =>
      nodes.map(node => `${id}: ${node.target} ${node.failureSummary}`));
  }

  /** A picture of the page, where a folder for them was named. */
  async picture(page, name) {
    if (!pictures) return;
    await mkdir(pictures, {recursive: true});
    await page.screenshot({path: join(pictures, `${name}.png`)});
  }

  /** The server goes away, hard or in order, and comes back at its address. */
  async restart({hard = false} = {}) {
    await (hard ? this.server.kill() : this.server.stop());
    this.server = await startServer(
      this.place, {options: this.options, port: this.server.port});
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
    await rm(this.place, {recursive: true, force: true});
  }
}

export async function openDesk(options = []) {
  const desk = new Desk();
  try {
    return await desk.begin(options);
  } catch (error) {
    await desk.close();
    throw error;
  }
}
