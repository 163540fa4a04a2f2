/** Two-word names, written `api_key`, `api-key`, `api.key`, `apiKey` or `api key`. */
const compounds: readonly string[] = [
  '(?:api|access|secret|private|account|shared|signing|encryption|master|auth|routing|integration|service|license|ssh|storage|host|deploy)[-_. ]?key',
  'client[-_. ]?key[-_. ]?data',
  'certificate[-_. ]?authority[-_. ]?data',
  '(?:connection|conn)[-_. ]?str(?:ing)?',
  'session[-_. ]?(?:id|key)',
  '(?:php|j)sess(?:ion)?id',
  '(?:amz|x-goog)[-_. ]?(?:signature|credential)',
]

/** Names that mean a secret wherever they end a longer name, such as `dbpassword`. */
const endings: readonly string[] = [
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'credentials?',
  'cookie',
  'authorization',
]

/** Short names that mean a secret only as a word of their own. */
const wholeWords =
  '(?<![A-Za-z])(?:(?:db|user|admin|root|smtp|redis|login)?pass|pwd|pw|auth|sig|signature|otp|totp|dsn|jwt|bearer)'

const decoration = '(?:[-_.]?(?:hash|value|data|base64|b64|plain|raw|string))?\\d{0,4}'

/** Source of a case-insensitive pattern for the end of a name that means a secret; its first group is the telling part. */
export const secretKeySource = `(${[...compounds, ...endings, wholeWords].join('|')})${decoration}`

const secretName = new RegExp(`${secretKeySource}$`, 'i')

/**
 * The kind of secret that a field of this name holds, such as `password` for `dbPassword`; undefined for other names.
 * Names that only speak about a secret (`secretName`, `tokenCount`) are other names.
 */
export function secretKind(name: string): string | undefined {
  const spaced = name.slice(-128).replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
  const found = secretName.exec(spaced)?.[1]
  return found === undefined ? undefined : kindOf(found)
}

/** A telling part of a name in the one spelling that markers use. */
export function kindOf(tellingPart: string): string {
  return tellingPart.toLowerCase().replaceAll(/[^a-z]+/g, '-')
}

/** What stands in place of a secret. */
export function marker(kind: string): string {
  return `[redacted:${kind}]`
}
