import { message } from '@mendkit/core'
import { holdsTo, loggerContract } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { readArgs } from '../src/run/args.ts'
import { logOf } from '../src/terminal/log.ts'

function opened(...given: readonly string[]) {
  const lines: string[] = []
  const io = {
    out: () => expect.unreachable('standard output is for the answer'),
    written: async () => undefined,
    error: (line: string) => void lines.push(line),
    env: {},
    columns: 80,
    colours: false,
    now: Date.now,
    signal: new AbortController().signal,
  }
  return { log: logOf({ io, args: readArgs({ name: 'status', options: {} }, given) }, 'warn'), lines }
}

function parsed(line: string): unknown {
  return JSON.parse(line)
}

for (const given of [[], ['--json']]) {
  const name = ['what happens beside the answer', ...given].join(' ')
  holdsTo(test, name, loggerContract, async () => ({ log: opened(...given).log }))
}

describe('what happens beside the answer', () => {
  test('is an object a line where the answer is JSON, and words where it is words', () => {
    const json = opened('--json')
    json.log.warn(message`the store is busy`, { tries: 2 })
    expect(json.lines.map(parsed)).toMatchObject([{ level: 'warn', fields: { tries: 2 } }])
    const words = opened()
    words.log.warn(message`the store is busy`, { tries: 2 })
    expect(words.lines).toEqual([expect.stringContaining('the store is busy')])
    expect(() => parsed(words.lines[0] ?? '')).toThrow(SyntaxError)
  })

  test('says nothing below its level', () => {
    const { log, lines } = opened()
    log.info(message`all is well`)
    expect(lines).toEqual([])
  })
})
