// harness.mjs - a server, its OpenAPI document, and answers held against it.
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const [descentd, place] = process.argv.slice(2)

// Start a server; its url, and what ends it.
async function start() {
  const child = spawn(descentd, ['serve', '--listen', '127.0.0.1:0', '--store',
    join(place, 'jobs.db')], {stdio: ['ignore', 'ignore', 'pipe']})
  const lines = createInterface({input: child.stderr})
  const url = await new Promise((resolve, reject) => {
    lines.on('line', line => {
      const found = / event=started url=(\S+)/.exec(line)
      if (found) resolve(found[1])
    })
    child.on('exit', () => reject(new Error('the server did not start')))
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0, 'the server ends well')
  }
  return {url, stop}
}

export const {url, stop} = await start()
export const api = await (await fetch(`${url}/openapi.json`)).json()

// Not strict: the document has members that are no schemas.
const ajv = new Ajv({strict: false, allErrors: true, validateFormats: true})
formats(ajv)
ajv.addSchema(api, 'api')

const escape = step => encodeURIComponent(
  String(step).replaceAll('~', '~0').replaceAll('/', '~1'))

// A validator of the schema at these steps of the document.
const validators = new Map()
function validator(steps) {
  const $ref = `api#/${steps.map(escape).join('/')}`
  if (!validators.has($ref)) validators.set($ref, ajv.compile({$ref}))
  return validators.get($ref)
}

// What is wrong with a value, '' where it fits the schema at these steps.
export function flaws(value, ...steps) {
  const validate = validator(steps)
  return validate(value) ? '' : ajv.errorsText(validate.errors)
}

// Whether a schema is one.
export const schemaFlaws = schema =>
  ajv.validateSchema(schema) ? '' : ajv.errorsText()

// The template of a path: concrete steps before captured ones.
const templates = Object.keys(api.paths).map(template => ({template,
  expression: new RegExp(`^${template.replaceAll('.', '\\.')
    .replaceAll(/\{\w+\}/g, '[^/]+')}$`)}))
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length)

export const asked = new Set()

// Ask, and hold status, media type and answer against the document.
export async function ask(method, path, {body, headers = {}} = {}) {
  const isText = typeof body === 'string'
  const answer = await fetch(url + path, {
    method, headers: {
      ...body !== undefined && {'Content-Type': isText ? 'text/csv'
        : 'application/json'},
      ...headers,
    },
    body: body === undefined || isText ? body : JSON.stringify(body),
  })
  const template = templates.find(({expression}) =>
    expression.test(path.split('?')[0]))?.template
  const operation = api.paths[template]?.[method.toLowerCase()]
  const where = `${method} ${path}: ${answer.status}`
  assert.ok(operation, `${where}: the document has no such operation`)
  asked.add(`${method.toLowerCase()} ${template}`)
  const status = String(answer.status)
  const response = operation.responses[status]
  assert.ok(response, `${where}: the document has no such status`)
  if (!response.content) {
    assert.equal(await answer.text(), '', `${where}: no body is foretold`)
    return {status: answer.status}
  }
  const type = answer.headers.get('content-type').split(';')[0]
  assert.ok(response.content[type], `${where}: ${type} is not foretold`)
  const text = await answer.text()
  if (!/[/+]json$/.test(type)) return {status: answer.status, text}
  const value = JSON.parse(text)
  assert.equal(flaws(value, 'paths', template, method.toLowerCase(),
    'responses', status, 'content', type, 'schema'), '', where)
  return {status: answer.status, value}
}
