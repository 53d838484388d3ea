// answers.test.mjs - what the server answers is what its document says.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {after, test} from 'node:test'
import {api, ask, asked, flaws, schemaFlaws, stop} from './harness.mjs'

after(stop)

const examples = Object.fromEntries(Object.entries(api.components.examples)
  .map(([name, {value}]) => [name, value]))
const specs = Object.keys(
  api.paths['/jobs'].post.requestBody.content['application/json'].examples)
const jobs = {}

test('the command prints what the server answers', () => {
  const printed = execFileSync(process.argv[2], ['openapi'],
    {maxBuffer: 1 << 24})
  assert.deepEqual(JSON.parse(printed), api)
})

test('every schema is one', () => {
  for (const [name, schema] of Object.entries(api.components.schemas))
    assert.equal(schemaFlaws(schema), '', name)
})

test('every example of a job is taken, and ends', async () => {
  for (const name of specs) {
    const spec = examples[name]
    assert.equal(flaws(spec, 'components', 'schemas', 'spec'), '', name)
    const {status, value} = await ask('POST', '/jobs',
      {body: spec, headers: {Prefer: 'wait=60'}})
    assert.equal(status, 201, name)
    assert.equal(value.state, 'completed', name)
    jobs[name] = value.id
    const dry = await ask('POST', '/jobs?dry_run=true&preview=3', {body: spec})
    assert.equal(dry.status, 200, name)
  }
  assert.equal((await ask('POST', '/jobs', {body: examples.parabola})).status,
    202)
})

test('what is told of each of them fits its schema', async () => {
  for (const name of specs)
    for (const part of ['', '/spec', '/result', '/trace', '/trace?points=5',
      '/trace/summary', '/trace.json'])
      assert.equal((await ask('GET', `/jobs/${jobs[name]}${part}`)).status,
        200, `${name} ${part}`)
  const {value} = await ask('GET', `/jobs/${jobs.fit}/result?residuals=true`)
  assert.equal(value.residuals.length, 4)
  for (const name of ['parabola', 'valley', 'bounded'])
    for (const query of ['?nx=4', '?nx=4&plane=path&at=last'])
      await ask('GET', `/jobs/${jobs[name]}/landscape${query}`)
})

test('other media types are as foretold', async () => {
  const job = `/jobs/${jobs.model}`
  for (const Accept of ['application/x-ndjson', 'text/csv',
    'application/octet-stream'])
    assert.equal((await ask('GET', `${job}/trace`, {headers: {Accept}})).status,
      200)
  for (const path of [`${job}/trace.csv`, `${job}/trace.ndjson`,
    `${job}/result.safetensors`, `${job}/plot.svg`,
    `/plot.svg?jobs=${jobs.parabola},${jobs.diverged}`,
    `${job}/events?points=4`, `/events?jobs=${jobs.fit}`])
    assert.equal((await ask('GET', path)).status, 200, path)
  const page = await ask('GET', '/', {headers: {Accept: 'text/html'}})
  const name = /assets\/([\w.-]+)/.exec(page.text ?? '')?.[1]
  if (name) await ask('GET', `/assets/${name}`)
  else asked.add('get /assets/{name}') // a program without a dashboard
})

test('lists and what they list fit', async () => {
  const ids = `${jobs.fit},${jobs.model}`
  for (const path of ['/', '/jobs', '/jobs?limit=2&sparkline=4',
    `/jobs?ids=${ids},job_00000000000000000000000000`, `/traces?jobs=${ids}`,
    '/optimizers?full=true', '/expressions', '/livez', '/readyz', '/version',
    '/queue',
    '/problems/not-found', '/openapi.json'])
    assert.equal((await ask('GET', path)).status, 200, path)
  for (const family of ['optimizers', 'schedules', 'functions', 'models',
    'losses']) {
    const {value} = await ask('GET', `/${family}`)
    assert.ok(value.items.length > 0)
    const names = value.items.map(item => item.name)
    const [row] = api.paths[`/${family}/{name}`].get.parameters
    assert.deepEqual(row.schema.enum, names, `${family} in the document`)
    for (const name of names) await ask('GET', `/${family}/${name}`)
  }
})

test('bodies that are no jobs are taken', async () => {
  await ask('POST', '/landscape?nx=4', {body: examples.grid})
  await ask('POST', '/expressions/check', {body: examples.check})
  const predicted = await ask('POST', `/jobs/${jobs.model}/predict`,
    {body: examples.flowers})
  assert.deepEqual(predicted.value.predictions, ['setosa'])
  const stored = await ask('POST', '/datasets?name=people',
    {body: examples.people})
  assert.equal(stored.status, 201)
  const again = await ask('POST', '/datasets', {body: examples.people})
  assert.equal(again.status, 200)
  for (const path of ['', '/people', '/iris', '/people/preview',
    '/iris/preview?limit=2'])
    assert.equal((await ask('GET', `/datasets${path}`)).status, 200, path)
  assert.equal((await ask('DELETE', '/datasets/people')).status, 204)
})

test('refusals are foretold problems', async () => {
  const refused = async (expected, ...request) =>
    assert.equal((await ask(...request)).status, expected, request.join(' '))
  await refused(404, 'GET', '/jobs/job_x')
  await refused(404, 'GET', '/optimizers/admm')
  await refused(400, 'POST', '/jobs', {body: '{', headers:
    {'Content-Type': 'application/json'}})
  await refused(415, 'POST', '/jobs', {body: 'x=1'})
  await refused(422, 'POST', '/jobs', {body: {objective: {type: 'fit'}}})
  await refused(422, 'POST', '/expressions/check',
    {body: {expression: 'x +', variables: ['x']}})
  await refused(409, 'POST', `/jobs/${jobs.fit}/cancel`)
  await refused(409, 'DELETE', '/datasets/iris')
  await refused(422, 'POST', `/jobs/${jobs.fit}/predict`,
    {body: examples.flowers})
  await refused(422, 'POST', '/datasets', {body: 'a,b\n1,2\n3\n'})
  await refused(406, 'GET', `/jobs/${jobs.fit}/trace`,
    {headers: {Accept: 'image/png'}})
})

// The values of a parameter that its schema does not allow.
function wrong({type, minimum, maximum, enum: names, anyOf, items,
  maxItems, pattern, format}) {
  if (anyOf) return wrong(anyOf[0])
  if (type === 'integer')
    return [String(minimum - 1), String(maximum + 1), '1.5', 'x']
  if (type === 'boolean') return ['yes', '1', '']
  if (names) return [`${names[0]}x`, '']
  if (format === 'date-time') return ['today']
  if (type === 'array') {
    const many = maxItems ? [Array(maxItems + 1).fill('x').join()] : []
    return [...many, ...items ? wrong(items) : []]
  }
  return pattern ? ['x'] : []
}

test('every parameter refuses what its schema refuses', async () => {
  let count = 0
  for (const [template, item] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(item)) {
      const path = template.replace('{id}', template.startsWith('/jobs')
        ? jobs.parabola : 'iris').replace('{name}', 'sgd')
      const body = operation.requestBody && (template === '/datasets'
        ? examples.people : template === '/jobs' ? examples.parabola : {})
      for (const row of operation.parameters ?? []) {
        if (row.in !== 'query') continue
        assert.ok(row.schema.type || row.schema.anyOf,
          `${template} ${row.name} has a type`)
        for (const value of wrong(row.schema)) {
          const {status, value: answer} = await ask(method.toUpperCase(),
            `${path}?${row.name}=${encodeURIComponent(value)}`, {body})
          const where = `${method} ${path}?${row.name}=${value}`
          assert.ok(status === 400 || status === 422, `${where}: ${status}`)
          assert.ok(answer.errors.some(({parameter}) => parameter === row.name),
            `${where}: ${JSON.stringify(answer.errors)}`)
          count++
        }
      }
    }
  assert.ok(count > 200, `${count} wrong values were tried`)
})

// Objectives: the schema's members are the server's.
test('what an objective needs, the server needs', async () => {
  for (const name of specs) {
    const spec = examples[name]
    const {required} = api.components.schemas[
      `objective.${spec.objective.type}`]
    for (const member of required) {
      const {[member]: _, ...rest} = spec.objective
      const less = {...spec, objective: rest}
      assert.notEqual(flaws(less, 'components', 'schemas', 'spec'), '',
        `${name} without ${member}`)
      await ask('POST', '/jobs?dry_run=true', {body: less}).then(
        ({status}) => assert.equal(status, 422, `${name} without ${member}`))
    }
  }
})

test('what an objective has not, the server has not', async () => {
  for (const name of specs) {
    const spec = examples[name]
    const more = {...spec, objective: {...spec.objective, colour: 1}}
    assert.notEqual(flaws(more, 'components', 'schemas', 'spec'), '')
    assert.equal((await ask('POST', '/jobs?dry_run=true', {body: more})).status,
      422)
  }
})

test('a schema sees what is missing, and what is too much', async () => {
  const {value} = await ask('GET', `/jobs/${jobs.parabola}`)
  const {state: _, ...less} = value
  assert.match(flaws(less, 'components', 'schemas', 'job'), /state/)
  assert.match(flaws({...value, more: 1}, 'components', 'schemas', 'job'),
    /additional/)
})

test('a job is canceled and deleted', async () => {
  const {value} = await ask('POST', '/jobs', {body: {...examples.parabola,
    optimizer: {type: 'gradient_descent', learning_rate: 1e-9},
    stop: {max_iterations: 1e9}, trace: {every: 1e6}}})
  assert.equal((await ask('GET', `/jobs/${value.id}/result`)).status, 200)
  const {status} = await ask('POST', `/jobs/${value.id}/cancel`)
  assert.ok(status === 200 || status === 202)
  assert.equal((await ask('DELETE', `/jobs/${jobs.bowl}`)).status, 204)
})

test('every operation was asked', () => {
  const all = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.keys(item).map(method => `${method} ${path}`))
  assert.deepEqual(all.filter(operation => !asked.has(operation)), [])
})
