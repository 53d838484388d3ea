// events.mjs - a reader of server-sent events, as a browser's EventSource is.
//
//   node events.mjs URL [LAST-EVENT-ID [PAUSE-MS]]
//
// Follows a stream to its end: reads it as the standard says (HTML, section
// 9.2), waits `retry`, comes again with the last id, until 204. Prints an
// event a line: {"type", "id", "data", "ms"}; `connections` at the end. With a
// pause it reads nothing for so long after the first event.

const [url, first, pause] = process.argv.slice(2);
let lastId = first ?? '';
let retry = 2000;
let connections = 0;
const began = Date.now();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function parser(dispatch) {
  let rest = '', type = '', data = [];
  const field = (name, value) => {
    if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) lastId = value;
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  };
  const line = (text) => {
    if (text === '') {
      if (data.length > 0) dispatch(type || 'message', data.join('\n'));
      type = '';
      data = [];
    } else if (!text.startsWith(':')) {
      const colon = text.indexOf(':');
      if (colon < 0) field(text, '');
      else field(text.slice(0, colon), text.slice(colon + 1).replace(/^ /, ''));
    }
  };
  return (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\n|\r/);
    rest = lines.pop();
    lines.forEach(line);
  };
}

async function connect() {
  const headers = {Accept: 'text/event-stream'};
  if (lastId !== '') headers['Last-Event-ID'] = lastId;
  const answer = await fetch(url, {headers});
  connections++;
  if (answer.status === 204) return false;
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  const type = answer.headers.get('content-type');
  if (type !== 'text/event-stream') throw new Error(`it is ${type}`);
  const parse = parser((name, data) => console.log(JSON.stringify({
    type: name, id: lastId, data: JSON.parse(data), ms: Date.now() - began,
  })));
  const decoder = new TextDecoder();
  let waits = Number(pause ?? 0);
  for await (const chunk of answer.body) {
    parse(decoder.decode(chunk, {stream: true}));
    if (waits) await sleep(waits);
    waits = 0;
  }
  return true;
}

for (;;) {
  try {
    if (!await connect()) break;
  } catch (error) { // a browser comes again after a broken connection, too
    if (String(error.message).startsWith('status')) throw error;
    connections++;
  }
  if (connections > 20) throw new Error('no end in 20 connections');
  await sleep(Math.min(retry, 300));
}
console.log(JSON.stringify({type: 'connections', data: connections}));
