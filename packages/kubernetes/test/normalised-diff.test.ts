import { redact } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { keyedDigester, normalisedDiff } from '../src/normalised-diff.ts'

const digest = keyedDigester('a-key-of-the-test-that-is-long-enough')
/** A secret without a shape that any pattern could know. */
const bare = 'Sup3rS3cr3t'

function template(container: object, more: object = {}) {
  return { metadata: { labels: { app: 'checkout' } }, spec: { containers: [{ name: 'app', ...container }], ...more } }
}

function diffOf(before: object, after: object): string {
  return normalisedDiff('spec.template', before, after, digest)
}

describe('a difference shows what a person needs to judge a change', () => {
  test.each([
    [
      'image',
      { image: 'shop/checkout:v2' },
      { image: 'shop/checkout:v1' },
      '.image: "shop/checkout:v2" → "shop/checkout:v1"',
    ],
    [
      'limits',
      { resources: { limits: { memory: '64Mi' } } },
      { resources: { limits: { memory: '1Gi' } } },
      '"64Mi" → "1Gi"',
    ],
    [
      'ports',
      { ports: [{ name: 'http', containerPort: 80 }] },
      { ports: [{ name: 'http', containerPort: 8080 }] },
      '80 → 8080',
    ],
    ['probes', probe('/ready', 1), probe('/live', 5), '.path: "/ready" → "/live"'],
    ['secret references', reference('db', 'url'), reference('db', 'dsn'), '.key: "url" → "dsn"'],
    ['capabilities', capability('ALL'), capability('NET_RAW'), '"ALL" → "NET_RAW"'],
  ])('%s', (_, before, after, expected) => {
    expect(diffOf(template(before), template(after))).toContain(expected)
  })

  test('the names of flags, but not their values', () => {
    const before = template({ args: ['--db-url=old', '--verbose', 'serve'] })
    const after = template({ args: [`--db-url=${bare}`, '--quiet', 'run'] })
    const diff = diffOf(before, after)
    expect(diff).toMatch(/args\[0\]: "--db-url" = \(digest [0-9a-f]{16}\) → "--db-url" = \(digest [0-9a-f]{16}\)/)
    expect(diff).toContain('args[1]: "--verbose" → "--quiet"')
    expect(diff).toMatch(/args\[2\]: \(digest [0-9a-f]{16}\) → \(digest [0-9a-f]{16}\)/)
  })

  test('a text that has become a number, and a key that has become a path of keys', () => {
    expect(diffOf(template({ port: '80' }), template({ port: 80 }))).toContain('"80" → 80')
    const diff = diffOf({ 'volume.image': 'v1' }, { volume: { image: 'v1' } })
    expect(diff).toMatch(/\.volume\.image: \(digest [0-9a-f]{16}\) → "v1"/)
  })
})

describe('a difference shows no literal that may be a secret', () => {
  test.each([
    ['environment', template({ env: [{ name: 'PASSWORD', value: bare }] })],
    ['arguments', template({ args: [bare, `--token=${bare}`, `-p${bare}`, `--${bare}`] })],
    ['commands', template({ command: ['sh', '-c', `login ${bare}`] })],
    ['headers of probes', template({ livenessProbe: { httpGet: { httpHeaders: [{ name: 'X-Auth', value: bare }] } } })],
    ['queries of probes', template(probe(`/ready?token=${bare}`, 1))],
    ['commands of probes', template({ readinessProbe: { exec: { command: ['check', bare] } } })],
    ['hooks', template({ lifecycle: { preStop: { exec: { command: [bare] } } } })],
    ['annotations', { metadata: { annotations: { note: bare, key: bare, name: bare } } }],
    [
      'volume attributes',
      template({}, { volumes: [{ name: 'v', csi: { volumeAttributes: { key: bare, share: bare } } }] }),
    ],
    ['fields that nobody knows yet', template({ brandNew: { field: bare, list: [bare] } })],
  ])('%s', (_, after) => {
    const diff = diffOf({}, after)
    expect(diff).toContain('(digest ')
    expect(diff).not.toContain(bare)
  })

  test('and equal secrets at different places do not look equal', () => {
    const env = (name: string) => template({ env: [{ name, value: bare }] })
    const [first, second] = ['ONE', 'TWO'].map((name) => /digest (\w+)/.exec(diffOf(env(name), {}))?.[1])
    expect(first).not.toBe(second)
  })
})

test('a difference passes the redactor as it is, so that a reader sees which secret changed', () => {
  const env = (value: string) => template({ env: [{ name: 'PASSWORD', value }], args: [`--token=${value}`] })
  const diff = diffOf(env('old'), env('new'))
  expect(diff.split('\n')).toHaveLength(2)
  expect(redact(diff)).toBe(diff)
})

function probe(path: string, periodSeconds: number) {
  return { readinessProbe: { httpGet: { path, port: 8080 }, periodSeconds } }
}

function reference(name: string, key: string) {
  return { env: [{ name: 'DB', valueFrom: { secretKeyRef: { name, key } } }] }
}

function capability(name: string) {
  return { securityContext: { capabilities: { drop: [name] } } }
}
