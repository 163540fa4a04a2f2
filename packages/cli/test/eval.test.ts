import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anthropicMessages, openaiChat, type WireProtocol, wireServer } from '@mendkit/testbed/wire'
import { type ModelScript, played } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { mendkit, mendkitWith, type Ran } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const unexplained = { unresolved: true, hypotheses: [], actions: [], unknowns: ['nobody looked'] }

/** The objects that a run printed, one a line. */
function linesOf({ code, out, error }: Ran): readonly unknown[] {
  expect([code, error]).toEqual([0, ''])
  return out
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

function fileOf(content: object | string, name = 'replies.json'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('mendkit eval --rules', () => {
  test('prints an object a scenario and then a summary', async () => {
    const only = 'bad-config-crash-loop,control-watchdog'
    const [fault, control, summary, ...more] = linesOf(
      await mendkit('eval', '--rules', '--only', only, '--seed', '0', '--json'),
    )
    expect(more).toEqual([])
    const spent = { partial: null, tokens: 0, calls: 0, microUsd: 0, modelMs: 0, ownMs: expect.any(Number) }
    expect(fault).toEqual({
      scenario: 'bad-config-crash-loop',
      title: 'A rollout with a wrong setting crashes again and again',
      fault: true,
      visibleIn: 'kubernetes',
      top1: true,
      top3: true,
      entityTop1: true,
      abstained: false,
      falseAlarm: false,
      rightFix: true,
      hypotheses: [{ cause: 'bad-rollout', entity: expect.stringContaining('shop/checkout'), confidence: 'high' }],
      actions: [{ type: 'kubernetes.rollout-undo', target: expect.stringContaining('shop/checkout') }],
      incidents: 1,
      ...spent,
    })
    expect(control).toMatchObject({
      scenario: 'control-watchdog',
      fault: false,
      top1: null,
      falseAlarm: false,
      abstained: true,
    })
    expect(summary).toEqual({
      scenarios: 2,
      top1: 1,
      top3: 1,
      falseAlarms: 0,
      rightFix: 1,
      tokensMedian: 0,
      callsMedian: 0,
      calibrationError: expect.any(Number),
      faults: 1,
      controls: 1,
      entityTop1: 1,
      kubernetesTop1: 1,
      abstained: 0,
      failed: 0,
      microUsd: 0,
      ownMsMedian: expect.any(Number),
    })
  })

  test('tells people the same in words', async () => {
    const { code, out, error } = await mendkit('eval', '--rules', '--only', 'control-watchdog')
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^quiet +control-watchdog: nothing said/)
    expect(out).toMatch(/false alarms +0 of 1 controls/)
  })

  test('says what of a folder was left out, and why', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'one'))
    writeFileSync(join(folder, 'one', 'groundtruth.yaml'), '{}')
    const { code, out, error } = await mendkit('eval', '--rules', '--scenarios', folder, '--json')
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ scenarios: 0, top1: null })])
    expect(error).toMatch(/^left out: one: it has a truth and no observations/)
  })
})

describe('mendkit eval --model', () => {
  const evaluated = ['--only', 'feature-flag', '--json'] as const

  test('scripted: asks a script', async () => {
    const script: ModelScript = {
      version: 1,
      replies: [{ kind: 'object', object: unexplained, usage: { inputTokens: 40, outputTokens: 2 }, times: 'always' }],
    }
    const [result] = linesOf(await mendkit('eval', '--model', `scripted:${fileOf(script)}`, ...evaluated))
    expect(result).toMatchObject({ scenario: 'feature-flag', abstained: true, partial: null, calls: 1, tokens: 42 })
  })

  test('tells a model that failed from one that abstains, and ends with 1', async () => {
    const script: ModelScript = {
      version: 1,
      replies: [
        { kind: 'error', error: { code: 'rejected', message: 'the key is wrong', status: 401 }, times: 'always' },
      ],
    }
    const spec = `scripted:${fileOf(script)}`
    const { code, out } = await mendkit('eval', '--model', spec, ...evaluated)
    const [result, summary] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect([code, result, summary]).toEqual([
      1,
      expect.objectContaining({
        abstained: true,
        partial: { reason: 'model-failed', words: expect.stringContaining('the key is wrong') },
      }),
      expect.objectContaining({ failed: 1 }),
    ])
    const told = await mendkit('eval', '--model', spec, '--only', 'feature-flag')
    expect(told.out).toMatch(/^failed +feature-flag: nothing said: model-failed, .*the key is wrong/)
  })

  test.each<[spec: string, api: string, protocol: WireProtocol, key: string, address: string, path: string]>([
    ['openai:gpt-test', 'chat completions', openaiChat, 'OPENAI_API_KEY', 'OPENAI_BASE_URL', '/v1'],
    ['anthropic:claude-test', 'messages', anthropicMessages, 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', ''],
  ])('%s asks the provider by its %s', async (spec, _api, protocol, key, address, path) => {
    const server = await wireServer(protocol, played({ kind: 'object', pieces: [JSON.stringify(unexplained)] }))
    onTestFinished(server.close)
    const env = { [key]: 'key-that-nobody-may-see', [address]: `${server.url}${path}` }
    const [result] = linesOf(await mendkitWith(env, 'eval', '--model', spec, ...evaluated))
    expect(result).toMatchObject({ scenario: 'feature-flag', abstained: true, calls: 1, tokens: 1_545 })
    const [request] = server.received()
    expect(request?.model).toBe(spec.split(':')[1])
    expect(request?.outputSchema).toBeDefined()
  })

  test('openai: needs no key where a server of your own is named', async () => {
    const server = await wireServer(openaiChat, played({ kind: 'object', pieces: [JSON.stringify(unexplained)] }))
    onTestFinished(server.close)
    const env = { OPENAI_BASE_URL: `${server.url}/v1` }
    const [result] = linesOf(await mendkitWith(env, 'eval', '--model', 'openai:llama', ...evaluated))
    expect(result).toMatchObject({ calls: 1 })
  })
})

describe('what is wrong is told', () => {
  test.each<[code: number, says: RegExp, ...argv: string[]]>([
    [2, /say who is to explain: --rules, --model <spec>, or both/],
    [2, /--model is one of openai:.*not gpt-5/, '--model', 'gpt-5'],
    [2, /--model is one of .*not mistral:x/, '--model', 'mistral:x'],
    [2, /--model is one of .*not file:$/m, '--model', 'file:'],
    [2, /OPENAI_API_KEY must hold the key/, '--model', 'openai:gpt-test'],
    [2, /ANTHROPIC_API_KEY must hold the key/, '--model', 'anthropic:claude-test'],
    [2, /--seed must be a whole number from 0 on, not -1/, '--rules', '--seed=-1'],
    [2, /--only: there is no scenario nobody/, '--rules', '--only', 'nobody'],
    [1, /nowhere\.json cannot be read/, '--model', 'scripted:nowhere.json'],
    [1, /\/nowhere is not there/, '--rules', '--scenarios', '/nowhere'],
  ])('%i %s', async (expected, says, ...argv) => {
    const { code, out, error } = await mendkit('eval', ...argv)
    expect([code, out]).toEqual([expected, ''])
    expect(error.replaceAll(/\n(?!Run)/g, ' ')).toMatch(says)
  })

  test('a script that is wrong is told with its field', async () => {
    const { code, error } = await mendkit('eval', '--model', `scripted:${fileOf({ version: 1, replies: [] })}`)
    expect([code, error]).toEqual([1, expect.stringContaining('replies')])
  })

  test('a scenario that is wrong is told with its file and its field', async () => {
    const file = fileOf('schema: 2', 'one.yaml')
    const { code, error } = await mendkit('eval', '--rules', '--scenarios', join(file, '..'))
    expect([code, error]).toEqual([1, expect.stringMatching(/one\.yaml: schema/)])
  })

  test.each([
    ['openai:gpt-test', 'OPENAI_API_KEY', '@mendkit/openai', 'openai'],
    ['anthropic:claude-test', 'ANTHROPIC_API_KEY', '@mendkit/anthropic', '@anthropic-ai/sdk'],
  ])('%s without its package says what to install', async (spec, key, name, peer) => {
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`)
    })
    onTestFinished(() => vi.doUnmock(name))
    const { code, out, error } = await mendkitWith({ [key]: 'k' }, 'eval', '--model', spec)
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(`run npm install ${name} ${peer} beside mendkit`)
  })
})
