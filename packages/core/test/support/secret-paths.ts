import { Buffer } from 'node:buffer'

/** Where a secret of a known shape turns up. No name beside it tells that it is one. */
export const anyPath: Readonly<Record<string, (secret: string) => string>> = {
  prose: (secret) => `We saw ${secret} in the output of the last run, and nobody knows why.`,
  'the end of a sentence': (secret) => `The value was ${secret}.`,
  'a pair': (secret) => `region=eu value=${secret} retries=3`,
  JSON: (secret) => JSON.stringify({ level: 'info', value: secret, pod: 'checkout-7d4b9c6f5d-x2xkq' }),
  YAML: (secret) => `spec:\n  first: 1\n  second: ${JSON.stringify(secret)}\n  third: x`,
  'an environment': (secret) => `HOME=/root\nUPSTREAM_VALUE=${secret}\nPATH=/usr/bin:/bin`,
  'a log line': (secret) =>
    `2026-01-02T03:04:05.678Z level=warn msg="retrying with ${secret.replaceAll('\n', '\\n')}" attempt=3`,
  'a query': (secret) =>
    `GET https://shop.example/v1/items?page=2&x=${secret.replaceAll('\n', '%0A')}&lang=en HTTP/1.1`,
  'a header': (secret) => `> GET / HTTP/1.1\n> Host: shop.example\n> X-Value: ${secret}\n> Accept: */*`,
  'kubectl describe': (secret) =>
    `    Environment:\n      LEVEL:   debug\n      VALUE:   ${secret}\n    Mounts:  <none>`,
  'a stack trace': (secret) =>
    `java.lang.IllegalStateException: cannot use ${secret}\n\tat com.shop.Checkout.pay(Checkout.java:17)\n\tat com.shop.Main.main(Main.java:3)`,
  'an error of a tool': (secret) =>
    `exit status 1: kubectl: error: invalid value "${secret}" for flag\nSee 'kubectl --help'.`,
  'an error of a vendor': (secret) =>
    `{"error":{"message":"Rejected: ${secret.replaceAll('\n', '\\n')}","type":"invalid_request_error"}}`,
  brackets: (secret) => `[${secret}] (${secret}) <${secret}>`,
}

/** Where a secret turns up that only the name of its field gives away. */
export const namedPath: Readonly<Record<string, (field: string, secret: string) => string>> = {
  'a pair': (field, secret) => `level=info ${field}=${secret} retries=3`,
  'a pair in quotes': (field, secret) => `level=info ${field}="${secret}" retries=3`,
  'a pair after a colon': (field, secret) => `${field}: ${secret}\nretries: 3`,
  JSON: (field, secret) => JSON.stringify({ level: 'info', [field]: secret, pod: 'checkout-7d4b9c6f5d-x2xkq' }),
  'JSON for people': (field, secret) => JSON.stringify({ user: 'bob', [field]: secret, last: { a: 1 } }, undefined, 2),
  'a list in JSON': (field, secret) => JSON.stringify({ [field]: ['first1-one', secret], last: 1 }, undefined, 2),
  'JSON in JSON': (field, secret) => JSON.stringify({ message: JSON.stringify({ [field]: secret, a: 1 }) }),
  'JSON in JSON in JSON': (field, secret) =>
    JSON.stringify({ outer: JSON.stringify({ message: JSON.stringify({ [field]: secret }) }), last: 1 }),
  YAML: (field, secret) => `spec:\n  user: bob\n  ${field}: "${secret}"\n  last: x`,
  'a block in YAML': (field, secret) => `spec:\n  ${field}: |\n    ${secret}\n    more-${secret}\n  last: x`,
  'a list in YAML': (field, secret) => `spec:\n  ${field}:\n    - ${secret}\n    - first1-one\n  last: x`,
  'an environment': (field, secret) => `HOME=/root\nexport ${field}=${secret}\nPATH=/usr/bin`,
  'a log line': (field, secret) =>
    `2026-01-02T03:04:05Z WARN c.shop.Pay - config {user=bob, ${field}=${secret}, retries=3}`,
  'a query': (field, secret) =>
    `GET https://shop.example/v1?page=2&${field}=${encodeURIComponent(secret)}&lang=en HTTP/1.1`,
  'a header': (field, secret) => `> Host: shop.example\n> ${field}: ${secret}\n> Accept: */*`,
  'kubectl describe': (field, secret) =>
    `    Environment:\n      LEVEL:         debug\n      ${field}:      ${secret}\n    Mounts:  <none>`,
  'a flag': (field, secret) => `Command: /app/server --level info --${field} ${secret} --verbose`,
  'a flag with a sign': (field, secret) => `args: ["serve", "--${field}=${secret}", "--verbose"]`,
  XML: (field, secret) => `<config><user>bob</user><${field}>${secret}</${field}></config>`,
  "a container's environment": (field, secret) =>
    `env:\n- name: LEVEL\n  value: debug\n- name: ${field}\n  value: ${secret}\n`,
  "a container's environment in JSON": (field, secret) =>
    JSON.stringify([
      { name: field, value: secret },
      { name: 'LEVEL', value: 'x' },
    ]),
  'a hash of Ruby': (field, secret) => `{"user"=>"bob", "${field}"=>"${secret}"}`,
  'a map of Go': (field, secret) => `map[user:[bob] ${field}:[${secret}]]`,
  'a stack trace': (field, secret) =>
    `Error: refused\n    at connect (db.js:17:3) {\n  user: 'bob',\n  ${field}: '${secret}'\n}`,
  'an error of a tool': (field, secret) => `error: unable to parse "${field}=${secret}": exit status 1`,
  'an element of a list': (field, secret) => `params['${field}'] = '${secret}'`,
}

/** Where a place or a sentence tells that it is a secret. */
export const placed: Readonly<Record<string, (secret: string) => string>> = {
  'a sentence': (secret) => `By the way, the password is ${secret} and it never expires`,
  'a sentence with a change': (secret) => `passphrase was changed to ${secret} yesterday`,
  'bearer header': (secret) => `Authorization: Bearer ${secret}\nAccept: */*`,
  'bearer in a command': (secret) => `curl -sS -H 'Authorization: Bearer ${secret}' https://shop.example`,
  'basic header': (secret) => `Authorization: Basic ${Buffer.from(`bob:${secret}`).toString('base64')}\nAccept: */*`,
  'token header': (secret) => `Authorization: token ${secret}\nAccept: */*`,
  'proxy header': (secret) => `Proxy-Authorization: Digest username="bob", response="${secret}"`,
  'vendor header': (secret) => `PRIVATE-TOKEN: ${secret}`,
  'a header of Vault': (secret) => `X-Vault-Token: ${secret}`,
  'a cookie': (secret) => `Cookie: theme=dark; sid=${secret}; lang=en\nAccept: */*`,
  'a cookie that is set': (secret) => `Set-Cookie: sid=${secret}; Path=/; HttpOnly\nAccept: */*`,
  netrc: (secret) => `machine git.example\n  login bob\n  password ${secret}`,
  'netrc on one line': (secret) => `machine git.example login bob password ${secret}`,
  pgpass: (secret) => `db.shop:5432:shop:bob:${secret}`,
  'a configuration of Docker': (secret) =>
    JSON.stringify({ auths: { 'reg.example': { auth: Buffer.from(`bob:${secret}`).toString('base64') } } }),
  'a configuration of Docker with a password': (secret) =>
    JSON.stringify(
      { auths: { 'reg.example': { username: 'bob', password: secret, email: 'b@example.net' } } },
      undefined,
      2,
    ),
  'a kubeconfig': (secret) =>
    `users:\n- name: admin\n  user:\n    token: ${secret}\n    client-key-data: ${Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${secret}`).toString('base64')}`,
  'a manifest of a Secret': (secret) =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  first: ${Buffer.from(secret).toString('base64')}\n  second: eHl6\ntype: Opaque`,
  'a manifest with plain data': (secret) =>
    `kind: Secret\nstringData:\n  username: bob\n  config.yaml: |\n    a: ${secret}\nmetadata:\n  name: x`,
  'a manifest in JSON': (secret) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { one: Buffer.from(secret).toString('base64') },
    })
      .replace('"kind":"Secret",', '')
      .replace('}', '},"kind":"Secret"'),
  SQL: (secret) => `ERROR near: CREATE USER bob IDENTIFIED BY '${secret}'`,
  'SQL of PostgreSQL': (secret) => `ALTER ROLE bob WITH LOGIN PASSWORD '${secret}'`,
  mysql: (secret) => `+ mysql -h db -u root -p${secret} shop`,
  'redis-cli': (secret) => `redis-cli -h redis -a ${secret} ping`,
  'docker login': (secret) => `docker login reg.example -u bob -p ${secret}`,
  sshpass: (secret) => `sshpass -p ${secret} ssh bob@host`,
  curl: (secret) => `curl -u bob:${secret} https://shop.example`,
  'vault login': (secret) => `vault login ${secret}`,
  'redis configuration': (secret) => `requirepass=${secret}`,
  'a webhook of Slack': (secret) =>
    `post to https://hooks.slack.com/services/T00/B00/${secret.replaceAll(/[^\w]/g, '')}xxxx failed`,
}

const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
const escaped = (text: string) => JSON.stringify(text).slice(1, -1)

/** Ways to write a text so that a program gets it back. */
export const encodings: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 in lines': (text) => Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\n'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 twice': (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'hexadecimal with colons': (text) => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(':'),
  'a list of bytes': (text) => `[${[...Buffer.from(text)].join(' ')}]`,
  'a URL': (text) => encodeURIComponent(text),
  'a URL throughout': percent,
  'a URL twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'JSON-escaped': escaped,
  'JSON-escaped twice': (text) => escaped(escaped(text)),
  'unicode escapes': (text) =>
    Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'HTML entities': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
}

/** So many characters in a row of a secret are too many. */
const window = 14

/** The parts of a secret of which none may be left, each in every form in which a program would get it back. */
export function tracesOf(secret: string): readonly string[] {
  const lines = secret.split('\n').filter((line) => !line.startsWith('-----'))
  const body = lines
    .map((line) => (secret.includes('-----') ? line : line.slice(tellingPrefix(line))))
    .filter((line) => line.length >= 6)
  return body.flatMap((line) => windowsOf(line).flatMap(formsOf))
}

/** A prefix that makers publish, and the head of a token, say nothing. */
function tellingPrefix(secret: string): number {
  if (secret.startsWith('eyJ')) return secret.lastIndexOf('.') + 1
  return secret.length > 28 ? 12 : secret.length > 18 ? 4 : 0
}

function windowsOf(line: string): readonly string[] {
  if (line.length <= window) return [line]
  const starts = Array.from({ length: Math.ceil((line.length - window) / 7) }, (_, at) => at * 7)
  return [...starts, line.length - window].map((start) => line.slice(start, start + window))
}

function formsOf(part: string): readonly string[] {
  const hex = Buffer.from(part).toString('hex')
  const shifted = ['', 'x', 'xx'].flatMap((before) => {
    const encoded = Buffer.from(before + part).toString('base64')
    const core = encoded.slice(before.length === 0 ? 0 : before.length + 1, -4)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const forms = [
    part,
    hex,
    hex.toUpperCase(),
    (hex.match(/../g) ?? []).join(':'),
    percent(part),
    encodeURIComponent(part),
    ...shifted,
  ]
  return [...forms, [...Buffer.from(part)].join(' '), encodings['unicode escapes']?.(part) ?? part].filter(
    (form) => form.length >= 6,
  )
}
