// pure.mjs - what the dashboard computes without a page, against numbers of
// other sources; bundle.test.mjs builds the sources and calls it.
import assert from "node:assert/strict";
import {describe, test} from "node:test";

/** The sources that are tested, as they lie in server/web/src. */
export const sources = [
  "api/events", "chart/series", "chart/smooth", "chart/svg", "chart/ticks",
  "format", "frames", "landscape/levels", "pages/job_advice", "parts/json",
];

const close = (value, wanted, within = 1e-12) =>
  assert.ok(Math.abs(value - wanted) <= within, `${value} is not ${wanted}`);

/** `code()` has what the sources export, once they are built. */
export function testPure(code) {
  describe("server-sent events", () => {
    // The examples of the HTML standard, 9.2.6.
    const read = (...pieces) => {
      const events = [];
      const parser = code().parseEvents((...event) => events.push(event));
      pieces.forEach(parser);
      return events;
    };

    test("data of several lines is one text; a comment says nothing", () => {
      assert.deepEqual(read("data: YHOO\ndata: +2\ndata: 10\n\n: hi\n\n"),
        [["message", "YHOO\n+2\n10", null]]);
    });

    test("one blank after the colon is left out, and no more", () => {
      assert.deepEqual(read("data:test\n\ndata:  test\n\n"),
        [["message", "test", null], ["message", " test", null]]);
    });

    test("a type and an id hold for their own event", () => {
      assert.deepEqual(read("event: add\nid: 7\ndata: 1\n\ndata: 2\n\n"),
        [["add", "1", "7"], ["message", "2", null]]);
    });

    test("where the network cuts it makes no difference", () => {
      const text = "event: points\nid: 12\ndata: {\"a\": 1}\n\n";
      for (let at = 1; at < text.length; at++)
        assert.deepEqual(read(text.slice(0, at), text.slice(at)),
          [["points", '{"a": 1}', "12"]]);
    });

    test("an event without its empty line is not told", () => {
      assert.deepEqual(read("data: 1\n"), []);
    });
  });

  describe("ticks", () => {
    test("are round numbers within the range", () => {
      assert.deepEqual(code().linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
      assert.deepEqual(code().linearTicks(-3, 7, 4), [0, 5]);
      assert.deepEqual(code().linearTicks(1, 1, 4), []);
    });

    test("of a logarithm are powers of ten, thinned over many decades", () => {
      assert.deepEqual(code().logTicks(0.5, 2000, 5), [1, 10, 100, 1000]);
      const many = code().logTicks(1e-12, 1e12, 5);
      assert.ok(many.length <= 6 && many.every(tick =>
        Number.isInteger(Math.log10(tick))), `${many}`);
    });

    test("are written with a real minus and raised digits", () => {
      assert.equal(code().tickLabel(1e-7), "10⁻⁷");
      assert.equal(code().tickLabel(-0.5), "−0.5");
      assert.equal(code().tickLabel(2e5), "2·10⁵");
    });
  });

  describe("smoothing", () => {
    // By hand, weight ½: (1), (½ + 3) / 1.5, (¼ + 1.5 + 5) / 1.75.
    test("is an unbiased mean that forgets", () => {
      const [first, second, third] =
        code().smoothed([0, 1, 2], [1, 3, 5], 0.5);
      close(first, 1);
      close(second, 7 / 3);
      close(third, 27 / 7);
    });

    test("of what is level changes nothing, at the heaviest weight too", () => {
      for (const value of code().smoothed([0, 1, 2, 3], [4, 4, 4, 4], 0.99))
        close(value, 4);
    });

    test("leaves what is not finite where it is, and out of the means", () => {
      const [first, gap, last] = code().smoothed([0, 1, 2], [1, null, 3], 0.5);
      close(first, 1);
      assert.equal(gap, null);
      close(last, (1 / 4 + 3) / (1 / 4 + 1)); // two steps later
    });

    // Steps of 1 and 3 about a mean of 2: they weigh 1/2 and 3/2 of one.
    test("of points that lie closer less is forgotten", () => {
      const last = code().smoothed([0, 1, 4], [1, 3, 5], 0.25).at(-1);
      const far = 0.25 ** 2, near = 0.25 ** 1.5;
      close(last, (far * 1 + near * 3 + 5) / (far + near + 1));
    });
  });

  describe("places in a column", () => {
    const frames = [0, 10, 20, 40];

    test("the last before, the nearest, and between two", () => {
      const {frameBefore, frameNearest, between} = code();
      assert.deepEqual([-5, 0, 9, 10, 39, 99].map(x => frameBefore(frames, x)),
        [0, 0, 0, 1, 2, 3]);
      assert.deepEqual([-5, 4, 6, 31, 99].map(x => frameNearest(frames, x)),
        [0, 0, 1, 3, 3]);
      close(between(frames, [0, 1, 2, 6], 30), 4);
      close(between(frames, [0, 1, 2, 6], 99), 6);
    });
  });

  describe("levels", () => {
    test("rise from the least, and lie closer where paths go", () => {
      const bowl = Array.from({length: 400}, (_, k) => ((k - 200) / 20) ** 2);
      const {least, at} = code().chooseLevels(bowl);
      assert.equal(least, 0);
      assert.equal(at.length, 18);
      assert.ok(at.every((level, k) => level > (at[k - 1] ?? least)));
      assert.ok(at[1] - at[0] < at[17] - at[16]);
    });

    test("of what is level, or nowhere finite, there are none", () => {
      assert.deepEqual(code().chooseLevels([3, 3, 3]).at, []);
      assert.deepEqual(code().chooseLevels([Infinity, NaN]).at, []);
    });
  });

  describe("what to try where a run diverged", () => {
    // f = 6 x^2 - 12 x + 3 has the curvature 12: rates below 2/12 converge.
    const norms = Array.from({length: 9}, (_, k) => 22.8 * 5 ** k); // rate 0.5

    test("the border follows from how fast the gradient grows", () => {
      close(code().borderRate(norms, 0.5), 1 / 6);
      assert.equal(code().borderRate([1, 2, 9, 30, 31], 0.5), null);
      assert.equal(code().borderRate([8, 4, 2, 1], 0.5), null);
    });

    test("the loss' last steps upwards are counted", () => {
      assert.equal(code().growing([5, 1, 2, 3, 4]), 3);
      assert.equal(code().growing([5, 4, null]), 0);
    });

    test("half the border is proposed of plain descent, a tenth of others", () => {
      const trace = {sampling: {exact: true},
        columns: {iteration: [], loss: [1, 2, 3, 4], gradient_norm: norms}};
      const of = optimizer => code().adviceOf({optimizer}, trace);
      const plain = of({type: "gradient_descent", learning_rate: 0.5});
      assert.equal(plain.rate, 0.083);
      assert.match(plain.text, /below 0\.167; it was 0\.5/);
      assert.equal(of({type: "adam", learning_rate: 0.5}).rate, 0.05);
      assert.equal(of({type: "lbfgs"}).rate, null);
    });
  });

  test("numbers as words", () => {
    const {real, whole, duration, counted} = code();
    assert.equal(whole(1000001), "1\u2009000\u2009001");
    assert.equal(real(1.23e-7), "1.23e−7");
    assert.equal(real(null), "–");
    assert.equal(duration(90), "1 min 30 s");
    assert.equal(counted(1, "job"), "1 job");
  });

  test("a chart's numbers as CSV, with what is not finite", () => {
    const series = [
      {name: "loss", ink: 0, x: [0, 1, 2], y: [1.5, null, 3],
        gaps: [{x: 1, value: "+inf"}]},
      {name: 'a, "b"', ink: 1, x: [1], y: [7]},
    ];
    assert.equal(code().csvOf(series, "iteration"),
      'iteration,loss,"a, ""b"""\n0,1.5,\n1,Infinity,7\n2,3,\n');
  });

  test("a painted line is a path of the SVG", () => {
    const pen = new (code().SvgPen)();
    pen.beginPath();
    pen.moveTo(1, 2);
    pen.lineTo(3, 4);
    pen.strokeStyle = " #123456";
    pen.stroke();
    pen.fillText("a < b", 0, 0);
    const text = pen.text(10, 20, "Loss & more", "#fff");
    assert.match(text, /<path d="M1 2L3 4" fill="none" stroke="#123456"/);
    assert.match(text, /<title>Loss &amp; more<\/title>/);
    assert.match(text, />a &lt; b<\/text>/);
  });

  test("what differs between two specs, by pointer", () => {
    assert.deepEqual(code().differences(
      {a: 1, b: {c: [1, 2], d: 3}}, {a: 1, b: {c: [1, 3]}, e: 4}), [
      {pointer: "/b/c", before: [1, 2], after: [1, 3]},
      {pointer: "/b/d", before: 3, after: undefined},
      {pointer: "/e", before: undefined, after: 4},
    ]);
  });
}
