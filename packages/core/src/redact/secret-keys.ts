/** Two-word names, written `api_key`, `api-key`, `api.key`, `apiKey` or `api key`. */
const compounds: readonly string[] = [
  '(?:api|access|secret|private|account|shared|signing|encryption|decryption|master|auth|routing|integration|service|license|licence|ssh|storage|host|deploy|session|app|application|consumer|subscription|function|functions|hmac|fernet|aes|rsa|tls|ssl|client|webhook|unseal|recovery|root|admin|ingest|ingestion|gpg|pgp|sas|cosmos|jwt|bearer)[-_. ]?keys?',
  'client[-_. ]?key[-_. ]?data',
  'certificate[-_. ]?authority[-_. ]?data',
  '(?:connection|conn)[-_. ]?str(?:ing)?s?',
  'session[-_. ]?(?:ids?|keys?)',
  '(?:php|j)sess(?:ion)?id',
  '(?:amz|x-goog)[-_. ]?(?:signature|credential)',
  'shared[-_. ]?access[-_. ]?signature',
  '(?:seed|recovery|pass)[-_. ]?phrases?',
  'secret[-_. ]?(?:access[-_. ]?)?keys?(?:[-_. ]?base)?',
  '(?:api|app|aws|client|shared)[-_. ]?secrets?',
  'code[-_. ]?verifier',
  'client[-_. ]?assertion',
  'saml[-_. ]?(?:request|response|assertion)',
  'requirepass',
  'masterauth',
]

/** Names that mean a secret wherever they end a longer name, such as `dbpassword`. */
const endings: readonly string[] = [
  'passwords?',
  'passwds?',
  'passphrases?',
  'passcodes?',
  'secrets?',
  'tokens?',
  'credentials?',
  'cookies?',
  'authorization',
  'mnemonic',
  'accesskeys?',
]

/** Short names that mean a secret only as a word of their own. */
const wholeWords =
  '(?<![A-Za-z])(?:(?:db|user|admin|root|smtp|redis|login|mysql|pg|mongo|rabbit|mail|ftp|ldap|my)?pass|pwd|pw|pswd|auth|sig|signature|otp|totp|dsn|jwt|bearer|creds?|apikeys?)'

const endOfName =
  'hash|value|data|base64|b64|plain|raw|string|text|encoded|encrypted|prod|production|dev|staging|test|live|old|new|current|previous|primary|secondary|backup|v\\d'
const decoration = `(?:[-_.]?(?:${endOfName})){0,2}[-_.]?\\d{0,4}`

/** Source of a case-insensitive pattern for the end of a name that means a secret; its first group is the telling part. */
export const secretKeySource = `(${[...compounds, ...endings, wholeWords].join('|')})${decoration}`

/** The short names within one in camel case, such as `rabbitPass`: case tells them from parts of words. */
export const camelKeySource =
  '(?<=[a-z0-9])(Pass|Pwd|Pw|Auth|Sig|Signature|Otp|Totp|Dsn|Jwt|Bearer|Creds?)(?:Prod|Dev|Test|Value|Data|Raw)?\\d{0,4}'

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

/** Whether a kind is a plural that counts use as well: a number behind it is no secret. */
export function isCount(kind: string): boolean {
  return kind === 'tokens' || kind === 'secrets' || kind === 'cookies'
}

/** What stands in place of a secret. */
export function marker(kind: string): string {
  return `[redacted:${kind}]`
}
