// dashboard.test.mjs - every page of the dashboard, in chromium: it loads, does
// nothing it must not, and can be used by everyone.
//
//   node dashboard.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM [PICTURES]
//
// The pages are those of the table in server/web/src/routes.tsx. With a folder
// PICTURES each is painted there, for eyes.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {after, before, describe, test} from "node:test";

import {openDesk} from "./harness.mjs";

const read = name => JSON.parse(readFileSync(
  new URL(`../demo/${name}.json`, import.meta.url)));
const parabola = read("parabola"), bowl = read("bowl");

// Jobs to look at, by what there is to see.
const specs = {
  parabola, bowl,
  diverged: {...parabola, name: "too fast",
    optimizer: {type: "gradient_descent", learning_rate: 0.5}},
  many: {name: "ten variables",
    objective: {type: "function", name: "rosenbrock", dimension: 10},
    optimizer: {type: "adam", learning_rate: 0.01},
    stop: {max_iterations: 3000}},
  model: {name: "two moons",
    objective: {type: "model", dataset: "two_moons", target: "label",
      model: {type: "logistic"}, validation_fraction: 0.2},
    batch_size: 16, optimizer: {type: "adam"}, stop: {max_epochs: 5}},
};

// Where routes with a parameter lead: places by the route's path. A route
// without one is its own place.
const places = {
  "/jobs/:id": ids => Object.fromEntries(
    Object.entries(ids).map(([name, id]) => [`job-${name}`, `/jobs/${id}`])),
  "/compare": ids => ({compare: `/compare?jobs=${ids.parabola},${ids.diverged}`}),
  "/data/:id": () => ({"data-iris": "/data/iris"}),
  "/datasets/:id": () => ({"data-iris": "/datasets/iris"}),
};

const table = readFileSync(
  new URL("../../server/web/src/routes.tsx", import.meta.url), "utf8");
const routes = [...table.matchAll(/path: "(\/[^"]*)",\s*title:/g)]
  .map(([, path]) => path);

const themes = ["light", "dark"];
const phone = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true};
const nameOf = path => path.replaceAll("/", "-").replace(/^-/, "") || "home";

let desk, pages; // pages: {name: place}

function placesOf(path, ids) {
  const found = places[path];
  if (found) return found(ids);
  assert.ok(!path.includes(":"), `a place for the page ${path} (see \`places\`)`);
  return {[nameOf(path)]: path};
}

before(async () => {
  desk = await openDesk();
  const ids = {};
  for (const [name, spec] of Object.entries(specs))
    ids[name] = (await desk.post(spec)).id;
  pages = Object.assign({}, ...routes.map(path => placesOf(path, ids)));
});

after(() => desk?.close());

/** What is wrong with each page, by its name; all pages are looked at. */
async function faultsOf(look) {
  const faults = {};
  for (const [name, place] of Object.entries(pages))
    try {
      await look(name, `#${place}`);
    } catch (error) {
      faults[name] = error.message;
    }
  return faults;
}

test("the table of pages is read", () => {
  assert.ok(routes.includes("/jobs"), `routes: ${routes}`);
});

for (const theme of themes)
  describe(`in the ${theme} theme`, () => {
    const how = {colorScheme: theme};

    test("every page loads, and does nothing it must not", async () => {
      assert.deepEqual(await faultsOf(async (name, place) => {
        const page = await desk.open(place, how);
        await desk.picture(page, `${name}-${theme}`);
        await desk.clean(page);
      }), {});
    });

    test("axe-core finds nothing on any page", async () => {
      assert.deepEqual(await faultsOf(async (name, place) => {
        const page = await desk.open(place, {...how, bypassCSP: true});
        assert.deepEqual(await desk.violations(page), []);
        await desk.clean(page);
      }), {});
    });
  });

test("no page is wider than a phone", async () => {
  assert.deepEqual(await faultsOf(async (name, place) => {
    const page = await desk.open(place, phone);
    await desk.picture(page, `${name}-phone`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels`);
    await desk.clean(page);
  }), {});
});

test("a link into a job shows that job, and back leads back", async () => {
  const page = await desk.open("#/jobs");
  await page.locator("main a", {hasText: bowl.name}).first().click();
  await page.locator("h1", {hasText: bowl.name}).waitFor();
  assert.equal(new URL(page.url()).hash.split("?")[0], `#${pages["job-bowl"]}`);
  await page.goBack();
  await page.locator("main a", {hasText: bowl.name}).first().waitFor();
  await desk.clean(page);
});

test("a second visit asks for the page alone, and is told that it has it",
  async () => {
    const page = await desk.open("#/jobs");
    await desk.settle(page);
    const before = desk.server.log.length;
    await page.goto("about:blank");
    await page.goto(`${desk.url}/#/jobs`);
    await desk.settle(page);
    const asked = desk.server.log.slice(before)
      .map(line => line.match(/ route=(\/|\/assets\/\S+) .*status=(\d+)/))
      .filter(Boolean).map(([, route, status]) => `${route} ${status}`);
    assert.deepEqual(asked, ["/ 304"]);
    await desk.clean(page);
  });

// What the tests above rest on: a watch that sees nothing proves nothing.
describe("a page that does what it must not", () => {
  const free = {bypassCSP: true};
  const cases = {
    "runs a script of another place": [/policy: script-src/, {}, () => {
      const script = document.createElement("script");
      script.src = trustedTypes.createPolicy("any", {createScriptURL: url => url})
        .createScriptURL("http://localhost:1/x.js");
      document.head.append(script);
    }],
    "writes markup": [/exception: .*TrustedHTML/, {}, () => {
      setTimeout(() => { document.body.innerHTML = "<p>"; });
    }],
    "asks another host": [/policy: connect-src http:\/\/localhost:1\//, {},
      () => { fetch("http://localhost:1/").catch(() => {}); }],
    "asks another host, without a policy":
      [/another host: http:\/\/localhost:1\//, free,
        () => { fetch("http://localhost:1/").catch(() => {}); }],
    "throws": [/exception: Error: on purpose/, {}, () => {
      setTimeout(() => { throw new Error("on purpose"); });
    }],
    "asks for what is not there": [/404: .*\/nothing/, {},
      () => { fetch("nothing"); }],
  };
  for (const [name, [pattern, how, act]] of Object.entries(cases))
    test(name, async () => {
      const page = await desk.open("#/jobs", how);
      await page.evaluate(act);
      await desk.eventually(() => assert.match(desk.faults(page).join("\n"),
        pattern));
      await assert.rejects(desk.clean(page), /Expected values/);
    });

  test("has a button without a name", async () => {
    const page = await desk.open("#/jobs", free);
    await page.evaluate(() => {
      document.querySelector("main").append(document.createElement("button"));
    });
    assert.match((await desk.violations(page)).join("\n"), /^button-name: /);
    await desk.clean(page);
  });
});

test("the dashboard weighs at most 60 KB, packed", async () => {
  const page = await (await fetch(desk.url, {headers: {Accept: "text/html"}})).text();
  const assets = [...page.matchAll(/="(assets\/[^"]+)"/g)];
  let bytes = 0;
  for (const [, name] of assets) {
    const answer = await fetch(`${desk.url}/${name}`, {
      method: "HEAD", headers: {"Accept-Encoding": "gzip"}});
    bytes += Number(answer.headers.get("content-length"));
  }
  assert.ok(assets.length >= 2 && bytes > 0);
  assert.ok(bytes <= 60 * 1024, `${bytes} bytes`);
});
