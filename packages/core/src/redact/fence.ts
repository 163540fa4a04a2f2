import { MendkitError } from '../errors.ts'
import type { Redacted } from '../model/redacted.ts'
import { visible } from './visible.ts'

const nonceRule = /^[A-Za-z0-9-]{8,64}$/

const openers = '<\\uFF1C\\u2039\\u3008\\u27E8\\uFE64\\u276C'
const closers = '>\\uFF1E\\u203A\\u3009\\u27E9\\uFE65\\u276D'
const open = `[${openers}]`
const close = `[${closers}]`
const bar = '[|\\uFF5C\\u2502\\u01C0]'
/**
 * What is taken for the edge of a fence or of a turn: the fence's own tag in any case and with look-alike brackets, the
 * tags around tool results and roles, and the control tokens of chat templates.
 */
const lookAlikes: readonly RegExp[] = [
  new RegExp(`${open}{1,3}\\s{0,8}/?\\s{0,8}untrusted[^${openers}${closers}\\n]{0,200}${close}{0,3}`, 'giu'),
  new RegExp(
    `${open}\\s{0,8}/?\\s{0,8}(?:tool[_ -]?(?:result|call|response|output)s?|function[_ -]?(?:result|call)s?|system|user|assistant|instructions?|evidence|think|s)\\s{0,8}/?${close}`,
    'giu',
  ),
  new RegExp(`${open}${bar}[^|<>\\n]{0,64}${bar}${close}`, 'gu'),
  /\[\/?INST\]|<<\/?SYS>>/gi,
]

const removed = '[marker removed]'

/**
 * The text between two lines that nobody could have written into it: they carry a nonce that is new with every call.
 * Characters that cannot be seen go, and so does what looks like such a line or like the edge of a turn. A model still
 * reads what is inside, so this is no boundary: it takes noise away.
 *
 * Throws `config` unless `nonce` is 8 to 64 letters, digits and `-`.
 */
export function fenceUntrusted(text: Redacted, nonce: string): Redacted {
  if (!nonceRule.test(nonce)) {
    throw new MendkitError(
      'config',
      'the nonce of a fence must be 8 to 64 letters, digits and "-": take a new random one',
    )
  }
  let inside = visible(text)
  for (const pattern of lookAlikes) inside = inside.replaceAll(pattern, removed)
  inside = inside.replaceAll(nonce, removed)
  return `<untrusted ${nonce}>\n${inside}\n</untrusted ${nonce}>` as Redacted
}
