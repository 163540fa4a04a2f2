import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { redact } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { cleanText } from './support/clean-text.ts'
import { connections, namedSecrets, plainSecret, shapedSecrets } from './support/secret-corpus.ts'
import { anyPath, encodings, namedPath, placed, tracesOf } from './support/secret-paths.ts'

interface Case {
  readonly name: string
  readonly text: string
  readonly secret: string
}

/** What of the secrets is left, with the text that was let through. */
function leaks(cases: readonly Case[]): readonly string[] {
  const traces = new Map<string, readonly string[]>()
  return cases.flatMap(({ name, text, secret }) => {
    const redacted = redact(text)
    const known = traces.get(secret) ?? tracesOf(secret)
    traces.set(secret, known)
    const left = known.find((trace) => redacted.includes(trace))
    const unstable = redact(redacted) === redacted ? '' : ' (and a second pass changes it)'
    return left === undefined && unstable === '' ? [] : [`${name}: ${left}${unstable} in ${redacted}`]
  })
}

const anyPaths = Object.entries(anyPath)
const namedPaths = Object.entries(namedPath)

describe('of hundreds of secrets that the redactor is shown', () => {
  test('there are at least five hundred, all different', () => {
    const all = [...shapedSecrets, ...namedSecrets, ...connections].map(({ secret }) => secret)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(500)
  })

  test.each(anyPaths)('none of a known shape is left in %s', (path, write) => {
    expect(
      leaks(shapedSecrets.map(({ name, secret }) => ({ name: `${name} in ${path}`, text: write(secret), secret }))),
    ).toEqual([])
  })

  test.each(Object.entries(encodings))(
    'none of a known shape is left when it, or all of a text around it, is written as %s',
    (encoding, encode) => {
      const cases = shapedSecrets.flatMap(({ name, secret }, at) => {
        const [path, write] = anyPaths[at % anyPaths.length] ?? ['', String]
        return [
          { name: `${name} as ${encoding} in ${path}`, text: write(encode(secret)), secret },
          { name: `${name} in ${path}, all as ${encoding}`, text: `payload ${encode(write(secret))} received`, secret },
        ]
      })
      expect(leaks(cases)).toEqual([])
    },
  )

  test.each(namedPaths)('none that only its name tells is left in %s', (path, write) => {
    const cases = namedSecrets.map(({ name, field, secret }) => ({
      name: `${name} in ${path}`,
      text: write(field, secret),
      secret,
    }))
    expect(leaks(cases)).toEqual([])
  })

  test.each(Object.entries(encodings))(
    'none that only its name tells is left when all of the text is written as %s',
    (encoding, encode) => {
      const cases = namedSecrets.map(({ name, field, secret }, at) => {
        const [path, write] = namedPaths[at % namedPaths.length] ?? ['', String]
        return {
          name: `${name} in ${path}, all as ${encoding}`,
          text: `payload ${encode(write(field, secret))} received`,
          secret,
        }
      })
      expect(leaks(cases)).toEqual([])
    },
  )

  test.each(anyPaths)('no password of a connection string is left in %s', (path, write) => {
    expect(
      leaks(connections.map(({ text, secret }) => ({ name: `${text} in ${path}`, text: write(text), secret }))),
    ).toEqual([])
  })

  test.each(Object.entries(encodings))(
    'no password of a connection string is left when it is written as %s',
    (encoding, encode) => {
      const cases = connections.map(({ text, secret }) => ({
        name: `${text} as ${encoding}`,
        text: `payload ${encode(text)} received`,
        secret,
      }))
      expect(leaks(cases)).toEqual([])
    },
  )

  test.each(Object.entries(placed))('none is left in %s, plain or encoded', (place, write) => {
    const secrets = Array.from({ length: 8 }, (_, at) => plainSecret(`${place}/${at}`).replaceAll('!', ''))
    const cases = secrets.flatMap((secret) => [
      { name: place, text: write(secret), secret },
      ...Object.entries(encodings).map(([encoding, encode]) => ({
        name: `${place}, all as ${encoding}`,
        text: `payload ${encode(write(secret))} received`,
        secret,
      })),
    ])
    expect(leaks(cases)).toEqual([])
  })
})

describe('clean text of a cluster', () => {
  test('is left as it is: ids, versions, digests, generated names, addresses, times, quantities', () => {
    const texts = cleanText(25)
    expect(texts.filter((text) => redact(text) !== text)).toEqual([])
    const together = texts.join('\n')
    expect(redact(together)).toBe(together)
  })

  test('is left as it is within JSON', () => {
    const text = JSON.stringify({
      items: cleanText(2).map((line) => ({ message: line, raw: JSON.stringify({ line }) })),
    })
    expect(redact(text)).toBe(text)
  })
})

const data = join(import.meta.dirname, '../../../../shared/data')

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : /\.(?:ya?ml|json|txt|log)$/.test(name) ? [path] : []
  })
}

// The configurations of Alertmanager are left out: they are examples of how to write secrets down.
const folders = ['aiopslab', 'alertmanager-captured', 'awesome-prometheus-alerts', 'dot-ai', 'holmesgpt', 'itbench']
const more = ['k8s-fault-dataset', 'keep', 'kube-prometheus', 'kubernaut', 'kubernetes-mixin', 'sregym']

describe.skipIf(!existsSync(data))('clean text that others wrote (needs recorded data)', () => {
  test.each([...folders, ...more])('of %s keeps at least 98 of 100 lines', (folder) => {
    let lines = 0
    let touched = 0
    for (const path of filesBelow(join(data, folder))) {
      const text = readFileSync(path, 'utf8')
      // What a terminal would obey goes, and so does all that a Secret holds.
      if (text.includes(String.fromCharCode(27)) || /\r|kind: Secret\b/.test(text)) continue
      const left = new Set(redact(text).split('\n'))
      const all = text.split('\n').filter((line) => line.trim() !== '')
      lines += all.length
      touched += all.filter((line) => !left.has(line)).length
    }
    expect(lines).toBeGreaterThan(100)
    expect(touched / lines).toBeLessThanOrEqual(0.02)
  })
})
