import { Buffer } from 'node:buffer'
import { marker } from './secret-keys.ts'

/**
 * Secrets that are known by their shape. Every pattern begins at the edge of a run of its own characters or with a
 * literal that its body cannot hold, so that no input makes one scan the same stretch twice.
 */
const tokens: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  {
    kind: 'cloud-key',
    pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA|ROA|IDA|GPA|NPA|NVA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  },
  { kind: 'cloud-key', pattern: /(?<![\w-])AIza[\w-]{30,}/g },
  { kind: 'cloud-key', pattern: /(?<![\w-])ya29\.[\w-]{20,}/g },
  { kind: 'token', pattern: /(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{22,})/g },
  { kind: 'token', pattern: /(?<![\w-])(?:glpat|gldt|glrt|glcbt|glptt|glft|glimt|glagent|gloas)-[\w.-]{16,}/g },
  { kind: 'token', pattern: /(?<![\w-])xox[abeprs]-[\w-]{10,}/g },
  { kind: 'token', pattern: /(?<![\w-])xapp-\d-[\w-]{10,}/g },
  { kind: 'token', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/g },
  { kind: 'token', pattern: /(?<![\w-])pypi-[\w-]{32,}/g },
  {
    kind: 'token',
    pattern:
      /(?<![A-Za-z0-9])(?:hv[sbr]\.[\w-]{20,}|dckr_pat_[\w-]{20,}|dop_v1_[a-f0-9]{40,}|glsa_\w{30,}|lin_api_\w{30,})/g,
  },
  { kind: 'api-key', pattern: /(?<![\w-])sk-(?:[\w-]{20,})/g },
  {
    kind: 'api-key',
    pattern:
      /(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|hf_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,})/g,
  },
  { kind: 'api-key', pattern: /(?<![\w-])SG\.[\w-]{16,64}\.[\w-]{16,}/g },
  { kind: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*/g },
  { kind: 'private-key', pattern: /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/=]{16,}/g },
  { kind: 'webhook', pattern: /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}/gi },
  { kind: 'webhook', pattern: /(?<=discord(?:app)?\.com\/api\/webhooks\/\d{1,24}\/)[\w-]{10,}/gi },
  { kind: 'webhook', pattern: /(?<=webhook\.office\.com\/webhookb2\/)[\w@/-]{10,}/gi },
]

/** How every such token begins; most texts hold none of it. */
const anyBeginning =
  /A(?:KIA|SIA|ROA|IDA|GPA|NPA|NVA|BIA|CCA|Iza)|ya29|gh[opsur]_|github_pat|gl[a-z]{2,5}-|xox|xapp|npm_|pypi-|hv[sbr]\.|dckr|dop_|glsa|lin_|[rs]k[-_]|whsec|hf_|r8_|SG\.|eyJ|LS0t|hooks\.slack|\/webhook|bearer|basic|token|apikey/i

const scheme = /(?<![\w-])(bearer|basic|token|apikey)([\t ]{1,8})([A-Za-z0-9._~+/-]{8,}={0,2})/gi
const word = /^(?:[A-Za-z]?[a-z]*|[A-Z]+)(?:[._/-](?:[A-Za-z]?[a-z]*|[A-Z]+)){0,8}$/

/** Replaces tokens that are known by their prefix or shape, and what follows the name of an HTTP authentication scheme. */
export function redactTokens(text: string): string {
  if (!anyBeginning.test(text)) return text
  let result = text
  for (const { kind, pattern } of tokens) result = result.replaceAll(pattern, marker(kind))
  return result.replaceAll(scheme, (whole, name: string, gap: string, value: string) =>
    isProse(name, value) ? whole : name + gap + marker('authorization'),
  )
}

/** "Basic authentication failed" holds no credentials: those are a user name, a colon and a password in base64. */
function isProse(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === 'basic') return !Buffer.from(value, 'base64').toString('latin1').includes(':')
  return value.length < 32 && word.test(value)
}
