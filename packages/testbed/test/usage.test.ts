import { parseArgs } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { understood, wholeNumber } from '../src/usage.ts'

const said: string[] = []
const { exitCode } = process
beforeEach(() => {
  said.length = 0
  vi.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = exitCode
})

test.each<[string, () => unknown, string]>([
  [
    'a number that is none',
    () => wholeNumber('--kills', 'many', 1),
    '--kills takes a whole number from 1 on, not many',
  ],
  ['no number', () => wholeNumber('--kills', '', 0), '--kills takes a whole number from 0 on, not nothing'],
  ['too small a number', () => wholeNumber('--seeds', '0', 1), '--seeds takes a whole number from 1 on, not 0'],
  ['an unknown option', () => parseArgs({ args: ['--what'], options: {} }), "Unknown option '--what'"],
])('%s shows the usage', (_, parse, words) => {
  expect(understood('how to use it', parse)).toBeUndefined()
  expect(said).toEqual([expect.stringContaining(words)])
  expect(said[0]).toContain('how to use it')
  expect(process.exitCode).toBe(2)
})

test('a mistake of ours does not pass for one of whoever typed', () => {
  const broken = () => {
    throw new TypeError('x is not a function')
  }
  expect(() => understood('how to use it', broken)).toThrow('x is not a function')
  expect(said).toEqual([])
})
