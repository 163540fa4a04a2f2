import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorText, type Json, MendkitError, message, redact, redactJson, redactObject } from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const aws = `AKIA${'IOSFODNN7EXAMPLE'}`
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'].join(
  '.',
)
const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq\nq3Zx+/8=\n-----END RSA PRIVATE KEY-----'

/** A text, the secret in it, and what must still be readable. */
const secrets: readonly (readonly [text: string, secret: string, kept?: string])[] = [
  ['password=hunter2 user=bob', 'hunter2', 'user=bob'],
  ['PASSWORD = "hunter two"', 'hunter two'],
  ['db.password: hunter2', 'hunter2', 'db.password'],
  ['{"password":"hun\\"ter2","user":"bob"}', 'ter2', '"user":"bob"}'],
  ["{'api_key': 'abc123'}", 'abc123'],
  ['{\\"password\\":\\"hunter2\\",\\"user\\":\\"bob\\"}', 'hunter2', '\\"user\\":\\"bob\\"}'],
  ['--db-password hunter2 --verbose', 'hunter2', '--verbose'],
  ['--token=hunter2', 'hunter2'],
  ['args: ["--password", "hunter2", "-v"]', 'hunter2', '"-v"]'],
  ['url?access_token=hunter2&user=bob', 'hunter2', '&user=bob'],
  ['password=hun,ter&2', 'ter&2'],
  ['password: |hunter2', 'hunter2'],
  ['DB_PASSWORD:                  hunter2', 'hunter2'],
  ['- name: DB_PASSWORD\n  value: hunter2\n- name: LEVEL\n  value: debug', 'hunter2', 'value: debug'],
  ['{"name":"API_TOKEN","value":"hunter2"}', 'hunter2'],
  ['<password>hunter2</password>', 'hunter2', '</password>'],
  ['api key: hunter2', 'hunter2'],
  ['secret := hunter2', 'hunter2'],
  ["'password' => 'hunter2'", 'hunter2'],
  ["params['password'] = 'hunter2'", 'hunter2'],
  ["ALTER USER bob WITH PASSWORD 'hunter2'", 'hunter2'],
  ['Authorization: Bearer abc.def.ghi\nHost: shop', 'abc.def.ghi', 'Host: shop'],
  ['curl -H "Authorization: Basic aHVudGVyMg==" https://shop', 'aHVudGVyMg', 'https://shop'],
  ['proxy says basic YWxhZGRpbjpvcGVuc2VzYW1l here', 'YWxhZGRpb', 'here'],
  ['sent with bearer mF_9.B5f-4.1JqM to shop', 'mF_9', 'to shop'],
  ['Cookie: session=abc; theme=dark\nHost: shop', 'abc', 'Host: shop'],
  ['X-Api-Key: hunter2', 'hunter2'],
  ['curl -u bob:hunter2 https://shop', 'hunter2', 'https://shop'],
  ['postgres://bob:hunter2@db:5432/shop', 'hunter2', '@db:5432/shop'],
  ['postgres://bob:hun/t@er2@db:5432/shop', 'er2@', '@db:5432/shop'],
  ['amqp://:hunter2@mq', 'hunter2', '@mq'],
  ['https://ghtoken@github.com/a/b', 'ghtoken', 'github.com/a/b'],
  ['bob:hunter2@tcp(10.0.0.1:3306)/shop', 'hunter2', 'tcp(10.0.0.1:3306)'],
  ['jdbc:oracle:thin:bob/hunter2@db:1521', 'hunter2', 'db:1521'],
  ['Server=db;User Id=bob;Password=hunter2;Encrypt=true', 'hunter2', 'Encrypt=true'],
  ['AccountName=shop;AccountKey=hunter2==;EndpointSuffix=core', 'hunter2', 'EndpointSuffix=core'],
  ['connectionString="Server=db;Pwd=hunter2"', 'hunter2'],
  [`key ${aws} used`, aws, 'used'],
  ['aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY', 'wJalr'],
  [`ghp_${'a1B2'.repeat(9)}`, 'a1B2'],
  [`glpat-${'a1B2'.repeat(5)}`, 'a1B2'],
  [`xoxb-${'12345678'}-abcdefgh`, 'abcdefgh'],
  [`npm_${'a1B2'.repeat(9)}`, 'a1B2'],
  [`sk-proj-${'a1B2'.repeat(9)}`, 'a1B2'],
  [`sk-ant-api03-${'a1B2'.repeat(9)}`, 'a1B2'],
  [`see ${jwt} now`, 'dozjgNry', 'now'],
  [`before ${pem} after`, 'MIIEpA', 'after'],
  ['-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKC', 'MIIEpA'],
  [`{"key":"${pem.replaceAll('\n', '\\n')}"}`, 'MIIEpA'],
  ['client-key-data: TFMwdExTMUNSVWRKVGlC', 'TFMwdE'],
  ['https://hooks.slack.com/services/T0000000/B0000000/x1x2x3x4', 'x1x2x3x4', 'hooks.slack.com'],
  ['blob q7Zr2LxP9vBn4KtW8sYd3FgH6jMc1QaE5uTo end', 'q7Zr2', 'end'],
  ['pass\u001b[31mword=hunter2', 'hunter2'],
  ['pass\u200bword=hunter2', 'hunter2'],
]

const harmless: readonly string[] = [
  'Pod shop/checkout-7d4b9c6f5d-x2xkq (app) is in waiting state (reason: "CrashLoopBackOff").',
  'pod-template-hash=7d4b9c6f5d',
  'image registry.example/shop/checkout@sha256:9b2c6b8f0f1e3d5a7c9e1b3d5f7a9c1e3b5d7f9a1c3e5b7d9f1a3c5e7b9d1f3a',
  'uid 3fa85f64-5717-4562-b3fc-2c963f66afa6 replaced 0b6d2a3e-9a43-4c7e-8d28-1f1f0a7b2c11',
  'MountVolume.SetUp failed for volume "certs" : secret "shop-tls" not found',
  'secretName: shop-tls, secretKeyRef: {name: db, key: user}, max_tokens=4096, imagePullSecrets: regcred',
  'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
  'http://prometheus:9090/graph?g0.expr=sum%28rate%28errors%5B5m%5D%29%29&g0.tab=1',
  'see https://medium.com/@oncall/post',
  'org.springframework.web.servlet.AbstractHttp11ProtocolHandlerFactoryBean.initialize',
  'Event/my-server-deployment-79f4ff4d45-g4xvs.184fe25f75961140 and Pod/checkout-frontend-79f4ff4d45-g4xvs',
  'KubePodCrashLooping-a38bd979bba359db-2024-11-29 and KubeDeploymentRolloutStuck-79f4ff4d45-2kq7z',
  'with basic PostgreSQL tools',
  'basic authentication failed, token signature mismatch',
  "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
  `password: \${DB_PASSWORD} token=null secret: ***`,
  'password:\nuser: bob',
  'url?token=&user=bob',
  'Unexpected token: }',
  'password=',
  'PWD=/app compass: north bypass=yes monkey: banana',
  'Zeile eins\nZeile zwei\tTab, 漢字, emoji 👩‍💻, עברית',
  '2026-01-02T03:04:05.678Z level=info msg="took 3s" code=200 trace=4bf92f3577b34da6a3ce929d0e0e4736',
]

describe('redact', () => {
  test.each(secrets.map(([text, secret, kept = '']) => [text, secret, kept] as const))(
    'takes the secret out of %j',
    (text, secret, kept) => {
      const redacted = redact(text)
      expect(redacted).not.toContain(secret)
      expect(redacted).toMatch(/\[redacted:[a-z-]+\]/)
      expect(redacted).toContain(kept)
      expect(redact(redacted)).toBe(redacted)
    },
  )

  test.each(harmless)('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text)
  })

  test('removes what a terminal obeys, and keeps line feeds and tabs', () => {
    expect(redact('a\u001b[2J\u001b]0;title\u0007b\r\nc\td\u202Ee\u0000\u009b')).toBe('ab\nc\tde')
  })

  test('makes half surrogates well-formed, so that the text survives UTF-8', () => {
    expect(redact('a\ud800b')).toBe('a\ufffdb')
  })

  const piece = fc.constantFrom(
    ...[
      'password',
      'token',
      'Authorization',
      'Cookie',
      'api_key',
      '--secret',
      'name',
      'value',
      'a',
      'true',
      `\${A}`,
      '{{',
    ],
    ...[
      ':',
      '=',
      '=>',
      '"',
      "'",
      '\\"',
      '\\',
      ' ',
      '\n',
      ',',
      ';',
      '&',
      '[',
      ']',
      '{',
      '}',
      '<',
      '>',
      '@',
      '://',
      '/',
      '-u ',
    ],
    ...[
      '[redacted:token]',
      'redacted:',
      'bearer ',
      'basic ',
      '-----BEGIN ',
      '-----END ',
      '-----',
      'eyJ',
      'ghp_',
      aws,
      jwt,
    ],
    ...['q7Zr2LxP9vBn4KtW8sYd3FgH6jMc1QaE5uTo', 'hooks.slack.com/services/', '\u001b[', '\u0000', '\ud83d', 'é'],
  )
  const hostileText = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )

  test('changes nothing the second time, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const once = redact(text)
        expect(redact(once)).toBe(once)
      }),
      { numRuns: 5_000 },
    )
  })

  test('never lets a value through that stands behind a secret name', () => {
    const names = fc.constantFrom('password', 'DB_PASSWORD', 'apiKey', 'client_secret', 'access-token', 'auth.token')
    const separators = fc.constantFrom('=', ': ', ':', '": "', '" : "', "' => '", '\\":\\"', ' = ')
    const noise = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        names,
        separators,
        fc.stringMatching(/^[a-z]{3}Zq9[a-z]{3}$/),
        noise,
        (name, separator, value, after) => {
          expect(redact(`${name}${separator}${value} ${after}`)).not.toContain(value)
        },
      ),
      { numRuns: 3_000 },
    )
  })

  // A quadratic pattern needs half a minute and more for one of these; the test's own time limit is the guard.
  const size = 262_144
  const units = [
    'a',
    'A1b',
    '"',
    '\\',
    '=',
    'password',
    'password=',
    'password="',
    "token: '",
    'eyJ',
    'eyJ.',
    '-----BEGIN ',
  ]
  const more = [
    '-----BEGIN A-----',
    'a://',
    'a://b@',
    'a:b@',
    'http://a:b/',
    '--password',
    '-u a',
    'bearer ',
    'sk-',
    'glpat-',
    'xoxb-',
  ]
  const rest = [
    '{"',
    'token,\n',
    'name',
    '<token>',
    '[redacted:',
    '\u001b[',
    '\u001b]',
    '\u0000',
    'SG.',
    'pass: [',
    'token    ',
    'é',
    'a1',
    '1.',
    '%41',
    '\\\\',
    '\\u0061',
    '&quot;',
    'YWJj',
    '6162',
    '61 ',
    '[1,',
    'token:\n - ',
    'secret: |\n  ',
    'kind: Secret\ndata:\n a: b\n',
    '{"kind":"Secret","data":{',
    'password is ',
    'machine a login b ',
    'mysql -p',
    'docker ',
    'a:1234:b:c:',
    'AUTH ',
    'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTg\n',
  ]
  test.each([...units, ...more, ...rest])('takes 256 KiB of %j in its stride', (unit) => {
    const text = unit.repeat(Math.ceil(size / unit.length))
    expect(redact(text).length).toBeLessThan(size * 8)
  })
})

describe('redactJson', () => {
  test('redacts by key, by neighbouring name and by pattern, at any depth, and keeps the rest', () => {
    const value = {
      user: 'bob',
      dbPassword: 'hunter2',
      pin: 7,
      apiKey: 42,
      enabled: true,
      secretName: 'shop-tls',
      credentials: { user: 'bob', parts: ['one', 2, null, false] },
      env: [
        { name: 'DB_PASSWORD', value: 'hunter2' },
        { name: 'LEVEL', value: 'debug' },
      ],
      note: 'token=hunter2',
    }
    expect(redactJson(value)).toEqual({
      user: 'bob',
      dbPassword: '[redacted:password]',
      pin: 7,
      apiKey: '[redacted:api-key]',
      enabled: true,
      secretName: 'shop-tls',
      credentials: {
        user: '[redacted:credentials]',
        parts: ['[redacted:credentials]', '[redacted:credentials]', null, false],
      },
      env: [
        { name: 'DB_PASSWORD', value: '[redacted:password]' },
        { name: 'LEVEL', value: 'debug' },
      ],
      note: 'token=[redacted:token]',
    })
  })

  test('leaves counts of tokens, and what only says which Secret is meant', () => {
    const value = {
      usage: { maxTokens: 5, inputTokens: 17 },
      imagePullSecrets: [{ name: 'regcred' }],
      volumes: [{ name: 'certs', secret: { secretName: 'shop-tls', defaultMode: 420 } }],
      sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }],
    }
    expect(redactJson(value)).toEqual(value)
    expect(redactJson({ tokens: 'hunter2', secret: { name: 'x', value: 'hunter2' } })).toEqual({
      tokens: '[redacted:tokens]',
      secret: { name: '[redacted:secret]', value: '[redacted:secret]' },
    })
  })

  test('redacts an object in the same way, for what becomes part of a model call', () => {
    expect(redactObject({ app: 'shop', token: 'hunter2' })).toEqual({ app: 'shop', token: '[redacted:token]' })
  })

  test('survives hostile depth and keys', () => {
    const deep: Json = JSON.parse(`${'['.repeat(5_000)}"hunter2"${']'.repeat(5_000)}`)
    expect(JSON.stringify(redactJson(deep))).not.toContain('hunter2')
    const named: Json = JSON.parse('{"__proto__":{"password":"hunter2"}}')
    const odd = redactJson(named)
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"password":"[redacted:password]"}}')
  })

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = redactJson(value as Json)
        expect(redactJson(once)).toEqual(once)
      }),
    )
  })
})

describe('message', () => {
  test('trusts its own words and redacts what is put in between', () => {
    const hostile = 'token=hunter2\u001b[2J'
    expect(message`secret: kept ${3} alerts of ${hostile} (${true})`).toBe(
      'secret: kept 3 alerts of token=[redacted:token] (true)',
    )
  })

  test('tells an error with its causes, redacted', () => {
    const cause = new Error('connect postgres://bob:hunter2@db refused')
    const error = new MendkitError('unavailable', 'store cannot be reached', { cause })
    expect(errorText(error)).toBe(
      'unavailable: store cannot be reached: connect postgres://[redacted:userinfo]@db refused',
    )
    expect(errorText('thrown text')).toBe('thrown text')
    expect(errorText(undefined)).toBe('')
  })
})

const data = join(import.meta.dirname, '../../../../shared/data')

function textsBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    const stat = statSync(path)
    if (stat.isDirectory()) return textsBelow(path)
    return stat.size < 500_000 && /\.(?:log|txt|json|jsonl|yaml|yml|md)$/.test(name) ? [readFileSync(path, 'utf8')] : []
  })
}

describe.skipIf(!existsSync(data))('redact on real text (needs recorded data)', () => {
  test.each(['injections', 'holmesgpt/test_investigate', 'alertmanager-captured'])('is stable on %s', (folder) => {
    const texts = textsBelow(join(data, folder))
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) {
      const once = redact(text)
      expect(redact(once)).toBe(once)
    }
  })

  test('leaves the alerts of a real Alertmanager as they are', () => {
    const alerts: { annotations: Record<string, string>; generatorURL: string }[] = JSON.parse(
      readFileSync(join(data, 'alertmanager-captured/api-v2-alerts.json'), 'utf8'),
    )
    const texts = alerts.flatMap((alert) => [...Object.values(alert.annotations), alert.generatorURL])
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.map(redact)).toEqual(texts)
  })
})
