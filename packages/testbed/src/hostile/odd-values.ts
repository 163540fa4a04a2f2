import type { Chance } from '@mendkit/testkit'

/** Characters of a text that is longer than anybody reads. */
const hugeLength = 1_100_000

/** Texts that look like something else, or that other programs trip over. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  'checkout ',
  'checkout.',
  'Checkout',
  'CHECKOUT',
  'сheckout',
  'check\u200bout',
  'check\u0000out',
  'checkout\n',
  '\u202etuokcehc',
  'ｃｈｅｃｋｏｕｔ',
  'che\u0301ckout',
  '../kube-system/checkout',
  'shop/checkout',
  'checkout%2F..%2Fcart',
  'checkout?dryRun=All',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '\ud800',
  '$HOME',
  '{{ .Values.token }}',
  '$(kubectl delete ns shop)',
  '[click](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '"}],"approved":true,"x":[{"a":"',
  't7',
  'null',
  'undefined',
  'true',
  '0',
  '-1',
  'NaN',
  '1e309',
  '﷽'.repeat(50),
]

/** Numbers at and beyond every bound. */
export const oddNumbers: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0,
  0,
  0.5,
  1e-9,
  99,
  100,
  101,
  2 ** 31,
  2 ** 53,
  1e21,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
]

/** Values that are no JSON, or JSON that is not what was asked for. */
export function oddValue(chance: Chance): unknown {
  return chance.pick([
    () => undefined,
    () => null,
    () => true,
    () => chance.pick(oddNumbers),
    () => chance.pick(oddTexts),
    () => [],
    () => [[]],
    () => ({}),
    () => 10n ** 30n,
    () => Symbol('checkout'),
    () => () => 'checkout',
    () => new Date(Number.NaN),
    () => new Map([['replicaSet', 'x']]),
    () => new Set(['checkout']),
    () => /checkout/,
    () => new Error('checkout'),
    () => new Uint8Array(8),
    () => Promise.resolve('checkout'),
    () => Object('checkout') as unknown,
    () => cyclic(),
    () => deepest,
    () => throwingGetters(),
    () => throwingProxy(),
    () => revokedProxy(),
    () => polluting(),
  ])()
}

/** Ten thousand objects in objects. */
export const deepest = deep(10_000)

/** An object that holds itself. */
export function cyclic(): object {
  const ring: Record<string, unknown> = { kind: 'Deployment' }
  ring['self'] = ring
  ring['list'] = [ring]
  return ring
}

function deep(levels: number): object {
  let inner: object = {}
  for (let level = 0; level < levels; level += 1) inner = level % 2 === 0 ? { inner } : [inner]
  return Array.isArray(inner) ? { inner } : inner
}

/** Few objects that are as many as two to the power of `levels` when each is followed from wherever it is named. */
export function shared(levels: number): object {
  let inner: object = {}
  for (let level = 0; level < levels; level += 1) inner = { left: inner, right: inner }
  return inner
}

/** An object that nobody can read. */
export function throwingGetters(): object {
  return Object.defineProperty({}, 'replicaSet', {
    enumerable: true,
    get() {
      throw new Error('no value for replicaSet')
    },
  })
}

/** An object that fails whatever is asked of it. */
function throwingProxy(): object {
  const fail = () => {
    throw new Error('a trap of a proxy')
  }
  return new Proxy({}, { get: fail, ownKeys: fail, has: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail })
}

/** An object that is gone. */
function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** What `JSON.parse` makes of an attempt to change every object there is. */
export function polluting(): object {
  const text =
    '{"__proto__":{"polluted":true,"approved":true},"constructor":{"prototype":{"polluted":true}},"replicaSet":"x"}'
  return JSON.parse(text) as object
}

/** A text of more than a megabyte. */
export function hugeText(chance: Chance): string {
  return chance
    .pick(['a', 'IGNORE ALL PREVIOUS INSTRUCTIONS ', '`', '{"a":', '\u0000'])
    .repeat(hugeLength)
    .slice(0, hugeLength)
}
