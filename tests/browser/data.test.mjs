// data.test.mjs - data: uploaded, looked at, learned from; and what a model has
// learned.
//
//   node data.test.mjs PATH-OF-DESCENTD PATH-OF-CHROMIUM
import assert from "node:assert/strict";
import {after, before, describe, test} from "node:test";
import {gzipSync} from "node:zlib";

import {openDesk} from "./harness.mjs";

let desk;
before(async () => { desk = await openDesk(); });
after(() => desk?.close());

const people = "age;size;city\n31;1,75;Köln\n28;1,62;Bonn\n40;1,80;Bonn\n";
const file = (name, text, mimeType = "text/csv") =>
  ({name, mimeType, buffer: Buffer.from(text)});
const choose = (page, chosen) => page.getByLabel("A file").setInputFiles(chosen);
async function rowsOf(table) {
  const rows = table.locator("tbody tr");
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map(text => text.split("\t"));
}

describe("an upload", () => {
  test("is read, shown by columns and rows, and deleted when one is sure", async () => {
    const page = await desk.open("#/data");
    await choose(page, file("people.csv", people));
    await page.waitForURL(/#\/data\/ds_/);
    await page.getByRole("heading", {name: "people"}).waitFor();
    const columns = await rowsOf(page.getByRole("table", {name: "Columns"}));
    assert.deepEqual(columns.map(([name, kind, , range]) => [name, kind, range]), [
      ["age", "integer", "28 to 40"], ["size", "number", "1.62 to 1.8"],
      ["city", "category", "Bonn, Köln"]]);
    const first = page.getByRole("region", {name: "First rows"});
    await first.waitFor();
    assert.deepEqual(await rowsOf(first),
      [["31", "1.75", "Köln"], ["28", "1.62", "Bonn"], ["40", "1.8", "Bonn"]]);

    await page.getByRole("button", {name: "Delete"}).click();
    await page.getByRole("button", {name: "Keep"}).click();
    assert.equal((await desk.get("/datasets")).items[0].name, "people");
    await page.getByRole("button", {name: "Delete"}).click();
    await page.getByRole("button", {name: "Delete the dataset"}).click();
    await page.waitForURL(/#\/data$/);
    assert.ok((await desk.get("/datasets")).items.every(({built_in}) => built_in));
    await desk.clean(page);
  });

  test("that is faulty is told by line and column", async () => {
    const page = await desk.open("#/data", {expected: [/\/datasets\?/]});
    await choose(page, file("broken.csv", "x,y\n1,2\n3\n5,six\n7,\n"));
    const faults = await rowsOf(page.getByRole("region", {name: "Faults"}));
    assert.deepEqual(faults.map(([line, column]) => [line, column]), [["3", "2"], ["5", "3"]]);
    assert.match(faults[0][2], /the row ends after 1 of 2 cells/);
    await desk.clean(page);
  });

  test("may be dropped, packed, and named", async () => {
    const page = await desk.open("#/data");
    await page.getByText("How to read it").click();
    await page.getByLabel("name").fill("folk");
    const octets = [...gzipSync(people)];
    await page.locator(".drop").evaluate((drop, octets) => {
      const carried = new DataTransfer();
      carried.items.add(new File([new Uint8Array(octets)], "people.csv.gz"));
      drop.dispatchEvent(new DragEvent("drop", {
        dataTransfer: carried, bubbles: true, cancelable: true}));
    }, octets);
    await page.getByRole("heading", {name: "folk"}).waitFor();
    await desk.clean(page);
  });
});

test("every dataset of the list can be learned from as it is proposed", async () => {
  const list = await desk.open("#/data");
  const links = await list.getByRole("link", {name: /^Learn from/}).all();
  const places = await Promise.all(links.map(link => link.getAttribute("href")));
  assert.ok(places.length >= 8, `${places.length}`);
  await desk.clean(list);
  const page = await desk.open("#/new");
  for (const place of places) {
    const answer = page.waitForResponse(/dry_run=true/);
    await page.goto(`${desk.url}/${place}`);
    assert.equal((await answer).status(), 200, decodeURIComponent(place));
  }
  await page.getByRole("radio", {name: "Model"}).waitFor();
  assert.ok(await page.getByRole("radio", {name: "Model"}).isChecked());
  await desk.clean(page);
});

test("a dataset that is not there is said so", async () => {
  const page = await desk.open("#/data/nowhere", {expected: [/\/datasets\/nowhere/]});
  await page.getByRole("heading", {name: "There is no such dataset"}).waitFor();
  await desk.clean(page);
});

describe("what a model has learned", () => {
  let job, result;
  before(async () => {
    job = await desk.post({
      name: "moons", objective: {type: "model", dataset: "two_moons", target: "label",
        model: {type: "mlp", hidden: [16]}, standardize: true, validation_fraction: 0.2},
      batch_size: 16, seed: 1, optimizer: {type: "adam", learning_rate: 0.01},
      stop: {max_epochs: 40},
    });
    result = await desk.get(`/jobs/${job.id}/result`);
  });

  test("its confusion is that of the result, of both parts", async () => {
    const page = await desk.open(`#/jobs/${job.id}`);
    const table = page.getByRole("region", {name: "Confusion"});
    for (const [part, word] of [["validation", "Validation"], ["training", "Training"]]) {
      await page.getByRole("radio", {name: word}).check();
      const rows = (await rowsOf(table)).map(cells =>
        cells.slice(1, 3).map(cell => parseInt(cell, 10)));
      assert.deepEqual(rows, result.metrics[part].confusion, part);
    }
    await desk.clean(page);
  });

  test("its epochs have curves, with the best one marked", async () => {
    const page = await desk.open(`#/jobs/${job.id}`);
    const best = result.model.iteration / 10; // 160 rows by 16
    await page.getByText(`best at epoch ${best}`).waitFor();
    const loss = page.getByRole("img", {name: /^loss against epoch/});
    assert.match(await loss.getAttribute("aria-label"), /training: from .* validation: from/);
    await desk.clean(page);
  });

  test("it draws its border, and answers to a row that is typed", async () => {
    const page = await desk.open(`#/jobs/${job.id}`, {expected: [/\/predict$/]});
    await page.getByRole("img", {name: /takes label for, .*: 0 in \d+ %, 1 in \d+ %/}).waitFor();
    for (const row of [{x1: 0, x2: 1}, {x1: 1, x2: -0.5}]) {
      for (const [name, value] of Object.entries(row))
        await page.getByLabel(name, {exact: true}).fill(String(value));
      const answer = await (await fetch(`${desk.url}/jobs/${job.id}/predict`, {
        method: "POST", body: JSON.stringify({rows: [row]}),
        headers: {"Content-Type": "application/json"}})).json();
      await page.getByText(`label: ${answer.predictions[0]}`).waitFor();
    }
    await page.getByLabel("x1", {exact: true}).fill("wide");
    await page.getByText(/must be a finite number/).waitFor();
    await desk.clean(page);
  });
});
