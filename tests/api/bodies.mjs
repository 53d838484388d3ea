// bodies.mjs - the same as bodies.py with fetch: bodies.mjs URL COUNT BYTES
const [url, count, bytes] = process.argv.slice(2);
const body = " ".repeat(Number(bytes));
const seen = new Map();

async function send() {
  try {
    const answer = await fetch(url, {
      method: "POST", body, headers: {"Content-Type": "application/json"},
    });
    const problem = await answer.json();
    return problem.type === "/problems/too-large"
      ? String(answer.status) : "no problem document";
  } catch (error) {
    return error.cause?.code ?? error.message;
  }
}

for (let i = 0; i < Number(count); i++) {
  const what = await send();
  seen.set(what, (seen.get(what) ?? 0) + 1);
}
console.log([...seen].map(([what, n]) => `${n} x ${what}`).join(", "));
