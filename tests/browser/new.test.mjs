// new.test.mjs - the page of a new job: two views of one spec, faults beside
// their fields, the first steps under one's finger.
//
//   node new.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM
import assert from "node:assert/strict";
import {after, before, describe, test} from "node:test";

import {openDesk} from "./harness.mjs";

let desk;
before(async () => { desk = await openDesk(); });
after(() => desk?.close());

// While one types there are faults: the server's answer to them is no trouble.
const refused = [/[?&]dry_run=true/, /\/expressions\/check$/];
const open = (place = "#/new", how = {}) =>
  desk.open(place, {expected: refused, ...how});
const field = (page, pointer) => page.locator(`[data-pointer="${pointer}"]`);
const view = (page, word) => page.getByRole("radio", {name: word, exact: true}).check();
const editor = page => page.getByRole("textbox", {name: "The spec as JSON"});
const curl = page => page.locator(".curl code").textContent();

/** The specs as the commands have them. */
const specsOf = async page => (await curl(page)).split("\n")
  .map(line => JSON.parse(/'(.*)'/s.exec(line)[1]));

async function drafted(page, check) {
  await desk.eventually(async () => check(...await specsOf(page)));
}

describe("form and JSON", () => {
  test("are two views of one spec, and keep what the other does not show", async () => {
    const page = await open();
    await field(page, "/optimizer/learning_rate").fill("0.02");
    await view(page, "JSON");
    const spec = JSON.parse(await editor(page).inputValue());
    assert.equal(spec.optimizer.learning_rate, 0.02);

    spec.trace = {x: false};
    spec.optimizer.clip_norm = 3;
    await editor(page).fill(JSON.stringify(spec));
    await view(page, "Form");
    assert.equal(await field(page, "/optimizer/clip_norm").inputValue(), "3");
    await field(page, "/stop/max_iterations").fill("50");
    await drafted(page, now => assert.deepEqual(now,
      {...spec, stop: {...spec.stop, max_iterations: 50}}));
    await desk.clean(page);
  });

  test("text that is no JSON is kept, over a reload as well", async () => {
    const page = await open();
    await view(page, "JSON");
    await editor(page).fill('{"objective": ');
    await page.getByText(/JSON/).first().waitFor();
    assert.ok(await page.getByRole("button", {name: "Run"}).isDisabled());
    await page.reload();
    await desk.settle(page);
    assert.equal(await editor(page).inputValue(), '{"objective": ');
    await view(page, "Form");
    assert.ok(await field(page, "/optimizer/learning_rate").isDisabled());
    await page.getByRole("button", {name: "Drop it"}).click();
    assert.ok(await field(page, "/optimizer/learning_rate").isEnabled());
    await desk.clean(page);
  });

  test("what is typed survives a reload, and stands in a link", async () => {
    const page = await open();
    await field(page, "/name").fill("kept");
    await field(page, "/objective/expression").fill("x^4 + y^2");
    await page.reload();
    await desk.settle(page);
    assert.equal(await field(page, "/name").inputValue(), "kept");
    await page.waitForFunction(
      () => decodeURIComponent(location.hash).includes("x^4"));
    const other = await open(await page.evaluate(() => location.hash));
    assert.equal(await field(other, "/objective/expression").inputValue(), "x^4 + y^2");
    await desk.clean(other);
    await desk.clean(page);
  });

  test("a spec that is too long for an address is kept in the tab", async () => {
    const page = await open();
    const name = "long ".repeat(600);
    await view(page, "JSON");
    await editor(page).fill(JSON.stringify({
      objective: {type: "polynomial", coefficients: Array(900).fill(0.5)},
      start: [0.1], optimizer: {type: "adam"}, tags: [name.slice(0, 20)],
    }));
    await page.waitForURL(/kept=/);
    await page.reload();
    await desk.settle(page);
    assert.equal(JSON.parse(await editor(page).inputValue())
      .objective.coefficients.length, 900);
    await desk.clean(page);
  });
});

describe("faults", () => {
  test("stand beside their field, as the server tells them", async () => {
    const page = await open();
    await page.getByLabel("optimizer", {exact: true}).selectOption("adam");
    const beta = field(page, "/optimizer/beta1");
    await beta.fill("1.5");
    await desk.eventually(async () =>
      assert.equal(await beta.getAttribute("aria-invalid"), "true"));
    const said = page.locator(`[id="${await beta.getAttribute("aria-describedby")}"]`);
    assert.match(await said.textContent(), /1\.5 is not in \[0, 1\)/);
    await beta.fill("0.5");
    await desk.eventually(async () =>
      assert.equal(await beta.getAttribute("aria-invalid"), null));
    await desk.clean(page);
  });

  test("of members without a field are told as well", async () => {
    const page = await open();
    await view(page, "JSON");
    await editor(page).fill(JSON.stringify({
      objective: {type: "polynomial", coefficients: [3, -12, 6]}, start: [-0.9],
      optimizer: {type: "sgd", momentun: 0.9},
    }));
    await page.getByText("/optimizer/momentun").waitFor();
    await view(page, "Form");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.textContent(), /\/optimizer\/momentun.*did you mean momentum/);
    await desk.clean(page);
  });

  test("of a formula have a caret", async () => {
    const page = await open();
    await field(page, "/objective/expression").fill("x^2 + lgo(y)");
    const caret = page.locator(".caret").first();
    await caret.waitFor();
    assert.equal(await caret.textContent(), "x^2 + lgo(y)\n      ^");
    await field(page, "/objective/expression").fill("x^2 + log(y)");
    await page.getByText("understood as").waitFor();
    await desk.clean(page);
  });
});

test("fields are those of the catalogue, with default, range and sentence", async () => {
  const {items} = await desk.get("/optimizers?full=true");
  const page = await open();
  for (const name of ["rmsprop", "nelder_mead", "adan"]) {
    await page.getByLabel("optimizer", {exact: true}).selectOption(name);
    for (const row of items.find(one => one.name === name).parameters) {
      const own = page.locator(".field").filter({has: field(page, `/optimizer/${row.name}`)});
      const text = await own.textContent();
      assert.ok(text.includes(row.sentence), `${name}: ${text}`);
      if (row.default !== null && row.type !== "flag")
        assert.ok(text.includes(`default ${row.default}`), `${name}: ${text}`);
    }
  }
  await desk.clean(page);
});

test("going to another optimizer and back loses nothing", async () => {
  const page = await open();
  const choice = page.getByLabel("optimizer", {exact: true});
  await choice.selectOption("sgd");
  await field(page, "/optimizer/momentum").fill("0.7");
  await choice.selectOption("lbfgs");
  await drafted(page, ({optimizer}) => assert.deepEqual(optimizer, {type: "lbfgs"}));
  await choice.selectOption("sgd");
  await drafted(page, ({optimizer}) => assert.deepEqual(
    optimizer, {type: "sgd", learning_rate: 0.03, momentum: 0.7}));
  await desk.clean(page);
});

test("each kind of objective begins without a fault", async () => {
  const page = await open();
  for (const word of ["Function", "Polynomial", "Quadratic", "Fit", "Model", "Formula"]) {
    const answer = page.waitForResponse(/dry_run=true/);
    await view(page, word);
    assert.equal((await answer).status(), 200, word);
    await page.locator(".outcomes li").first().waitFor();
  }
  await desk.clean(page);
});

describe("the preview", () => {
  test("follows the rate, says what happens, and is what the job then does", async () => {
    const page = await open();
    const slider = page.getByRole("slider", {name: "learning rate", exact: true});
    await page.getByText(/The loss falls from 28\.95/).waitFor();
    await slider.focus();
    await slider.press("End");
    await page.getByText(/try a smaller learning rate/).waitFor();
    await slider.fill("-2"); // decades: a rate of 0.01
    assert.equal(await field(page, "/optimizer/learning_rate").inputValue(), "0.01");
    const outcome = page.locator(".outcomes");
    await desk.eventually(async () =>
      assert.match(await outcome.textContent(), /falls .* in 60 steps/));

    const last = Number((await page.locator(".chart .legend-item b").textContent())
      .replace("−", "-"));
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/#\/jobs\/job_/);
    const id = /job_\w+/.exec(page.url())[0];
    await desk.eventually(async () =>
      assert.equal((await desk.get(`/jobs/${id}`)).state, "completed"));
    const {columns} = await desk.get(`/jobs/${id}/trace?from=60&limit=1`);
    assert.equal(Number(columns.loss[0].toPrecision(5)), last);
    await desk.clean(page);
  });

  test("takes a start by a click, moves it by a drag, and makes a job of each", async () => {
    const page = await open();
    const map = page.locator(".landscape-canvas");
    const canvas = map.locator("canvas").nth(1);
    await desk.eventually(async () =>
      assert.ok(await canvas.getAttribute("data-head")));
    const box = await map.boundingBox();
    await page.mouse.click(box.x + 0.75 * box.width, box.y + 0.3 * box.height);
    const second = page.getByLabel("start 2", {exact: true});
    await second.waitFor();
    const [x, y] = (await second.inputValue()).split(",").map(Number);
    assert.ok(x > 1 && y > 0.8, `${x}, ${y}`);

    await page.getByText("start 2").nth(1).waitFor(); // its path is there
    await page.mouse.move(box.x + 0.75 * box.width, box.y + 0.3 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.75 * box.width, box.y + 0.6 * box.height, {steps: 6});
    await page.mouse.up();
    await desk.eventually(async () => {
      const moved = (await second.inputValue()).split(",").map(Number);
      assert.ok(Math.abs(moved[0] - x) < 0.1 && moved[1] < y - 0.5, `${moved}`);
    });
    assert.equal((await specsOf(page)).length, 2);

    const before = (await desk.get("/jobs")).counts.completed;
    await page.getByRole("button", {name: "Run 2 jobs"}).click();
    await page.waitForURL(/#\/compare\?jobs=job_\w+,job_\w+/);
    await desk.eventually(async () =>
      assert.equal((await desk.get("/jobs")).counts.completed, before + 2));
    await desk.clean(page);
  });

  test("is painted lighter where the loss is lower", async () => {
    const page = await open();
    const below = page.locator(".landscape-canvas canvas").first();
    await desk.settle(page);
    // 6x^2 + 9y^2 - 12x - 14y + 3 is lowest at (1, 7/9), the box' middle.
    const light = await below.evaluate(canvas => [[0.54, 0.4], [0.3, 0.5], [0.98, 0.05]]
      .map(([x, y]) => canvas.getContext("2d").getImageData(
        Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1).data)
      .map(([r, g, b]) => r + g + b));
    assert.ok(light[0] > light[1] && light[1] > light[2], `${light}`);
    await desk.clean(page);
  });

  test("has a pad for rate and momentum, which the arrow keys move", async () => {
    const page = await open();
    await page.getByLabel("optimizer", {exact: true}).selectOption("sgd");
    const pad = page.getByRole("slider", {name: "learning rate and momentum"});
    await pad.focus();
    await pad.press("ArrowUp");
    await pad.press("ArrowRight");
    await drafted(page, ({optimizer: {learning_rate, momentum}}) => {
      assert.ok(momentum > 0 && momentum < 0.1, `${momentum}`);
      assert.ok(learning_rate > 0.03 && learning_rate < 0.1, `${learning_rate}`);
    });
    await desk.clean(page);
  });

  test("of one variable takes starts on the curve", async () => {
    const page = await open();
    await view(page, "Polynomial");
    const curve = page.locator(".landscape-canvas");
    await page.getByText(/The loss falls|Converged/).first().waitFor();
    await desk.settle(page);
    const box = await curve.boundingBox();
    await page.mouse.click(box.x + 0.9 * box.width, box.y + 0.5 * box.height);
    await drafted(page, (...specs) => {
      assert.equal(specs.length, 2);
      assert.ok(specs[1].start[0] > 1, `${specs[1].start}`);
    });
    await desk.clean(page);
  });
});

test("a job is copied, and its name with it", async () => {
  const job = await desk.post({
    name: "first", objective: {type: "function", name: "rosenbrock"},
    start: [-1.2, 1], optimizer: {type: "adam", learning_rate: 0.05},
    stop: {max_iterations: 30},
  });
  const page = await open(`#/new?from=${job.id}`);
  await drafted(page, ({name, optimizer, stop}) => {
    assert.equal(name, "first");
    assert.equal(optimizer.learning_rate, 0.05);
    assert.equal(stop.max_iterations, 30);
  });
  await desk.eventually(async () =>
    assert.equal(await page.locator(".outcomes .badge").count(), 1));
  await desk.clean(page);
});

test("a preset with three starts makes three jobs of it", async () => {
  const page = await open();
  await page.getByText("Presets").click();
  await page.getByRole("button", {name: "A bowl, three starts"}).click();
  await page.getByRole("button", {name: "Run 3 jobs"}).waitFor();
  await drafted(page, (...specs) => {
    assert.deepEqual(specs.map(({start}) => start), [[-0.9, 2.1], [2.4, 2], [2.2, -0.6]]);
    assert.deepEqual(specs.map(({name}) => name),
      [1, 2, 3].map(k => `a bowl, three starts, start ${k}`));
  });
  await page.getByRole("button", {name: "Without start 2"}).click();
  await drafted(page, (...specs) => assert.deepEqual(
    specs.map(({start}) => start), [[-0.9, 2.1], [2.2, -0.6]]));
  await desk.clean(page);
});

test("axe-core finds nothing, whatever is shown and wrong", async () => {
  for (const colorScheme of ["light", "dark"]) {
    // So high that the foot, which stays in view, lies on nothing.
    const page = await open("#/new", {
      colorScheme, bypassCSP: true, viewport: {width: 1280, height: 2600}});
    for (const word of ["Model", "Polynomial"]) {
      await view(page, word);
      await page.locator(".outcomes li").first().waitFor();
      await page.getByText("Around the rule").click();
      assert.deepEqual(await desk.violations(page), [], `${word}, ${colorScheme}`);
    }
    await field(page, "/objective/coefficients").fill("1, two");
    await page.locator(".fault").first().waitFor();
    assert.deepEqual(await desk.violations(page), [], `a fault, ${colorScheme}`);
    await view(page, "JSON");
    assert.deepEqual(await desk.violations(page), [], `JSON, ${colorScheme}`);
    await desk.clean(page);
  }
});
