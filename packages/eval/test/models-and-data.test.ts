import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ModelRequest, redact } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { evaluate, fileModel, modelOnly, ownScenarios, readScenarios } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'mendkit-eval-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const request: ModelRequest = {
  instructions: redact('explain'),
  messages: [{ role: 'user', text: redact('why?') }],
  tools: [],
  toolChoice: 'none',
  maxOutputTokens: 100,
}

/** Answers the request that waits in a folder. */
function reply(at: string, text: string): void {
  const [file = ''] = readdirSync(at).filter((name) => name.endsWith('.request.json'))
  const { version, request: asked } = JSON.parse(readFileSync(join(at, file), 'utf8'))
  expect({ version, asked }).toEqual({ version: 1, asked: request })
  const path = join(at, file.replace('.request.', '.reply.'))
  writeFileSync(`${path}.draft`, text)
  renameSync(`${path}.draft`, path)
}

async function asked(name: string, text: string) {
  const at = join(folder, name)
  const answer = fileModel({ folder: at, everyMs: 2 }).generate(request, callContext())
  answer.catch(() => undefined)
  await expect.poll(() => existsSync(at) && readdirSync(at).some((file) => file.endsWith('.request.json'))).toBe(true)
  reply(at, text)
  return answer
}

describe('a model behind files', () => {
  test('is asked by a file and answers by one, and is not asked the same again', async () => {
    const text = JSON.stringify({
      version: 1,
      content: { kind: 'object', object: { a: 1 } },
      usage: { inputTokens: 7 },
    })
    const expected = { content: { kind: 'object', object: { a: 1 } }, finish: 'stop', usage: { inputTokens: 7 } }
    expect(await asked('answered', text)).toMatchObject(expected)
    const again = fileModel({ folder: join(folder, 'answered'), deadlineMs: 0 })
    expect(await again.generate(request, callContext())).toMatchObject(expected)
  })

  test.each([
    ['no JSON', '{', /is no JSON/],
    ['of another form', '{"version":1,"content":{"kind":"poem"}}', /content\.kind/],
  ])('whose reply is %s answered badly', async (name, text, says) => {
    await expect(asked(name, text)).rejects.toMatchObject({
      code: 'bad-response',
      message: expect.stringMatching(says),
    })
  })

  test('that nobody answers is unavailable', async () => {
    const model = fileModel({ folder: join(folder, 'nobody'), deadlineMs: 0 })
    await expect(model.generate(request, callContext())).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('stops waiting when the caller does, with the reason of the abort', async () => {
    const stop = new AbortController()
    const answer = fileModel({ folder: join(folder, 'stopped'), everyMs: 2 }).generate(
      request,
      callContext({ signal: stop.signal }),
    )
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(answer).rejects.toBe(reason)
  })

  test('explains a scenario once, however long it takes beside simulated time', async () => {
    const at = join(folder, 'scenario')
    const object = { unresolved: true, hypotheses: [], actions: [], unknowns: ['nobody looked'] }
    const text = JSON.stringify({
      version: 1,
      content: { kind: 'object', object },
      usage: { inputTokens: 40, outputTokens: 2 },
    })
    const model = fileModel({ folder: at, everyMs: 2 })
    const answering = {
      ...model,
      generate: (...call: Parameters<typeof model.generate>) => {
        const answer = model.generate(...call)
        setTimeout(() => {
          for (const file of readdirSync(at).filter((name) => name.endsWith('.request.json')))
            writeFileSync(join(at, file.replace('.request.', '.reply.')), text)
        }, 60)
        return answer
      },
    }
    const scenarios = readScenarios(ownScenarios()).filter(({ id }) => id === 'feature-flag')
    const [result] = await Array.fromAsync(evaluate(scenarios, { analyzers: modelOnly(answering) }))
    expect(result).toMatchObject({ abstained: true, calls: 1, tokens: 42 })
  })
})
