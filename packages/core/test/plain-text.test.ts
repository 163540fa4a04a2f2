import { redact } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { isPlain } from '../src/redact/plain-text.ts'
import { redactMarking } from '../src/redact/redact.ts'
import { marker } from '../src/redact/secret-keys.ts'
import { drawn, namedSecrets, shapedSecrets } from './support/secret-corpus.ts'
import { seeded } from './support/seeded.ts'

const words =
  'password pass pwd pw secret token credentials key auth cookie session sig connection dsn otp jwt bearer mnemonic phrase verifier assertion saml pin podman skopeo sqlplus login ldapsearch machine mysql mariadb mongosh mc alias set identified by impdp docker helm crane consul redis-cli rabbitmqctl rman bsub vault AUTH expdp basic apikey geniekey ssws negotiate ntlm splunk kind Secret data value user'
    .split(' ')
    .flatMap((word) => [word, word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1)])
const signs = [' ', ' ', ' ', ':', ': ', '=', '"', "'", '-', '--', ' -u ', ' -U ', ' -p', '%', '% ', '&', '@', '/', '.']
const others = [
  ...[
    'Pod',
    'checkout-7d4b9c6f5d-x2xkq',
    'is not ready',
    'https://runbooks.example/pods',
    '10.244.2.19',
    '5432',
    '*',
    '_',
  ],
  ...[
    '%3D',
    '%70',
    '&quot;',
    '&#61;',
    '\\u003d',
    '\\n',
    '\n',
    '\t',
    '\u200b',
    '\u001b[31m',
    '\ud800',
    '-----BEGIN ',
    '[',
    ']',
  ],
  ...[
    '70 61 73 73 ',
    '70:61:73:73:',
    '[112, 97, 115]',
    'ab cd ',
    'deadbeef',
    '$2',
    '{S',
    '~',
    '(',
    ')',
    '<',
    '>',
    ',',
    ';',
  ],
]
const codes = (text: string, radix: number) =>
  Array.from(Buffer.from(text), (byte) => byte.toString(radix).padStart(2, '0'))
/** What hides the signs and words that a rule goes by, or needs none of them. */
const forms: readonly ((secret: string) => string)[] = [
  (secret) => codes(`password=${secret}`, 16).join(''),
  (secret) => codes(`password=${secret}`, 16).join(' '),
  (secret) => codes(`password=${secret}`, 16).join(':'),
  (secret) => `[${codes(`password=${secret}`, 10).join(' ')}]`,
  (secret) => `[${codes(`password=${secret}`, 10).join(', ')}]`,
  (secret) => Buffer.from(`password=${secret}`).toString('base64'),
  (secret) => `%${codes(`password=${secret}`, 16).join('%')}`,
  (secret) => `\\u00${codes(`password=${secret}`, 16).join('\\u00')}`,
  (secret) => `&#${codes(`password=${secret}`, 10).join(';&#')};`,
  (secret) => `https://ann:${secret}@shop.example/`,
  (secret) => `db.example:5432:shop:ann:${secret}`,
  (secret) => `connection-string=${secret}`,
  (secret) => `the pin is ${secret}1`,
]
const secrets = [...shapedSecrets, ...namedSecrets].map(({ secret }) => secret)
const chance = seeded(20_261_127)

function text(): string {
  const pieces = [words, signs, signs, signs, others]
  const length = 1 + chance.below(9)
  const drawnPieces = Array.from({ length }, () => chance.pick(chance.pick(pieces)))
  if (chance.below(3) > 0) return drawnPieces.join('')
  const secret = chance.pick(secrets)
  if (chance.below(3) === 0) return `${chance.pick(others)} ${chance.pick(forms)(drawn(secret, 'lower', 8))}`
  return [...drawnPieces, chance.below(2) > 0 ? secret : drawn(secret, 'lower', 4 + chance.below(30))].join('')
}

describe('a text that is plain at one look', () => {
  test('is one in which no rule finds anything, of 60,000 that are made of what rules look for', () => {
    const seen = { plain: 0, found: 0 }
    const wrong: string[] = []
    for (let round = 0; round < 60_000; round += 1) {
      const each = text()
      const byRules = redactMarking(each, marker)
      if (byRules !== each) seen.found += 1
      if (!isPlain(each)) continue
      seen.plain += 1
      if (byRules !== each) wrong.push(`${each} → ${byRules}`)
    }
    expect(wrong).toEqual([])
    // Both happen often, or this would show nothing.
    expect(seen.plain).toBeGreaterThan(3_000)
    expect(seen.found).toBeGreaterThan(10_000)
  })

  test.each([
    'Pod service-17-1017 is not well',
    'Pod shop/checkout (app) has been in a non-ready state for longer than 15 minutes.',
    'https://runbooks.example/pods',
    '90% of the memory of node-3 is used',
    'container "app" restarts; see 10.244.2.19:8080',
    '',
  ])('is what an alert says: %s', (summary) => {
    expect(isPlain(summary)).toBe(true)
    expect(redact(summary)).toBe(summary)
  })

  test.each(['the password is hunter2!', 'api key abc123', 'pw', 'x -u ann:pass1234', '-----BEGIN X', 'a\u200bb'])(
    'is not one for which the rules must be asked: %j',
    (each) => {
      expect(isPlain(each)).toBe(false)
    },
  )
})
