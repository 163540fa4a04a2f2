import { beforeAll, describe, expect, test } from 'vitest'
import { determinism } from '../determinism.ts'
import { fixture } from './fixture.ts'

const folder = 'packages/core/src'

/** What breaks the rule, and how. */
const broken: [string, string][] = [
  ['Date.now', 'export const f = () => Date.now()'],
  ['Date.now through globalThis', 'export const f = () => globalThis.Date.now()'],
  ['Date.now through a computed name', "export const f = () => Date['now']()"],
  ['Date.now taken apart', 'export const f = () => { const { now } = Date; return now() }'],
  ['Date under another name', 'const D = Date\nexport const f = () => D.now()'],
  ['Date in a cast', 'export const f = () => (Date as unknown as { x(): number }).x()'],
  ['new Date()', 'export const f = () => new Date()'],
  ['new Date(...nothing)', 'export const f = (a: []) => new Date(...a)'],
  ['Date()', 'export const f = () => Date()'],
  ['a member of Date that reads the time zone', 'export const f = (at: number) => new Date(at).getHours()'],
  ['performance.now', 'export const f = () => performance.now()'],
  ['process.hrtime', 'export const f = () => process.hrtime.bigint()'],
  ['process.nextTick', 'export const f = () => { process.nextTick(() => undefined) }'],
  ['process taken apart', 'export const f = () => { const { nextTick } = process; nextTick(() => undefined) }'],
  ['node:process', "import { nextTick } from 'node:process'\nexport const f = () => { nextTick(() => undefined) }"],
  ['Math.random', 'export const f = () => Math.random()'],
  ['Math.random computed', "export const f = (name: 'random') => Math[name]()"],
  ['crypto.randomUUID', 'export const f = () => crypto.randomUUID()'],
  ['crypto.subtle', "export const f = () => crypto.subtle.digest('SHA-256', new Uint8Array(1))"],
  ['randomBytes of node:crypto', "import { randomBytes } from 'node:crypto'\nexport const f = () => randomBytes(1)"],
  ['renamed import', "import { randomUUID as digest } from 'node:crypto'\nexport const f = () => digest()"],
  ['all of node:crypto', "import * as c from 'node:crypto'\nexport const f = () => c.createHash('sha256')"],
  ['asynchronous zlib', "import { gzip } from 'node:zlib'\nexport const f = () => gzip"],
  ['setTimeout', 'export const f = () => setTimeout(() => undefined, 1)'],
  ['setTimeout as a value', 'export const f = () => ({ setTimeout })'],
  [
    'setTimeout through a cast of globalThis',
    'export const f = () => (globalThis as never as { setTimeout: unknown }).setTimeout',
  ],
  ['node:timers/promises', "import { setTimeout as wait } from 'node:timers/promises'\nexport const f = () => wait(1)"],
  ['queueMicrotask', 'export const f = () => { queueMicrotask(() => undefined) }'],
  ['AbortSignal.timeout', 'export const f = () => AbortSignal.timeout(1)'],
  ['AbortSignal under another name', 'export const f = () => { const { timeout } = AbortSignal; return timeout(1) }'],
  ['fetch', "export const f = () => fetch('http://x')"],
  ['localeCompare', "export const f = (a: string) => a.localeCompare('b')"],
  ['localeCompare taken apart', 'export const f = ({ localeCompare }: string) => localeCompare'],
  ['Intl', 'export const f = () => new Intl.NumberFormat()'],
  ['toLocaleString', 'export const f = (a: number) => a.toLocaleString()'],
  ['toLocaleUpperCase', 'export const f = (a: string) => a.toLocaleUpperCase()'],
  ['an import at run time', "export const f = () => import('node:timers')"],
  ['eval', "export const f = () => eval('Date.now()')"],
  ['the Function constructor', "export const f = () => (() => 1).constructor('return Date.now()')"],
  ['let at module level', 'let count = 0\nexport const f = () => { count += 1; return count }'],
  ['a Map at module level', 'const seen = new Map<string, number>()\nexport const f = () => seen'],
  ['an array at module level', 'const seen: string[] = []\nexport const f = () => seen'],
  ['a Map in a module-level object', 'const state = { seen: new Map<string, number>() }\nexport const f = () => state'],
  ['a change of a module-level object', 'const state = { n: 0 }\nexport const f = () => { state.n += 1 }'],
  ['an instance at module level', 'class Registry { n = 0 }\nconst r = new Registry()\nexport const f = () => r'],
  [
    'a closure at module level',
    'const next = (() => { let n = 0; return () => n++ })()\nexport const f = () => next()',
  ],
  ['a static field', 'export class Counter { static n = 0 }'],
  ['a field of a function', 'export function f() { f.n += 1 }\nf.n = 0'],
]

/** What looks like a breach and is none. */
const sound: [string, string][] = [
  ['a time that is given', 'export const f = (at: number) => new Date(at).toISOString()'],
  ['Date as a type and in instanceof', 'export const f = (at: unknown): at is Date => at instanceof Date'],
  ['arithmetic', 'export const f = (a: number) => Math.max(a, Math.floor(a / 2))'],
  ['synchronous digests', "import { createHash } from 'node:crypto'\nexport const f = () => createHash('sha256')"],
  ['a type from a vendor of time', "import type { Timeout } from 'node:timers'\nexport type T = Timeout"],
  ['AbortSignal.any', 'export const f = (a: AbortSignal) => AbortSignal.any([a])'],
  ['a port with the same member names', 'export const f = (clock: { now(): number }) => clock.now()'],
  ['a parameter that hides a global', 'export const f = (fetch: () => number) => fetch()'],
  ['a property called like a global', 'export const f = (system: { crypto: number }) => ({ crypto: system.crypto })'],
  ['a read-only table', "const order = ['a', 'b'] as const\nexport const f = () => order"],
  ['a read-only set', "const names: ReadonlySet<string> = new Set(['a'])\nexport const f = () => names"],
  [
    'a table of read-only sets',
    'const t: Readonly<Record<string, ReadonlySet<string>>> = { a: new Set() }\nexport const f = () => t',
  ],
  [
    'state inside a function',
    'export const f = () => { let n = 0; const seen = new Map(); seen.set(n++, n); return seen }',
  ],
]

describe('determinism', () => {
  let problems: readonly string[] = []
  const of = (path: string) => problems.filter((problem) => problem.startsWith(`${folder}/${path}:`))

  // One typed program for all cases; each case is a module of its own.
  beforeAll(async () => {
    const cases = (kind: string, list: [string, string][]) =>
      list.map(([, code], index) => [`${folder}/${kind}-${index}.ts`, code] as const)
    const clock = 'export const f = () =>\n  Date.now()'
    const root = fixture({
      ...Object.fromEntries([...cases('broken', broken), ...cases('sound', sound)]),
      [`${folder}/system/clock.ts`]: clock,
      [`${folder}/systems/clock.ts`]: clock,
    })
    problems = (await determinism.run(root)).problems
  })

  test.each(broken.map(([name], index) => [name, index] as const))('finds %s', (_name, index) => {
    expect(of(`broken-${index}.ts`)).not.toEqual([])
  })

  test.each(sound.map(([name], index) => [name, index] as const))('accepts %s', (_name, index) => {
    expect(of(`sound-${index}.ts`)).toEqual([])
  })

  test('says where, and exempts core/src/system only', () => {
    expect(of('systems/clock.ts')).toEqual([`${folder}/systems/clock.ts:2: Date.now`])
    expect(of('system/clock.ts')).toEqual([])
  })
})
