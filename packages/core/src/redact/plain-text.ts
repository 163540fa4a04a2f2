import { once } from '../once.ts'
import { isTokenHinted } from './tokens.ts'
import { namesSecret } from './trace-words.ts'

/** What a character may be in a text that is plain. */
const charKind = { allowed: 1, token: 2, hex: 4, capital: 8, apart: 16, word: 32, letter: 64 } as const

/** Runs of token characters are looked at from here on: no token is shorter, and no run that is decoded. */
const minRun = 15
/** So many hexadecimal digits in a row may be encoded text. */
const minHex = 16
/** So many pairs of them in a row may be a dump; a dump of bytes has eight. */
const maxPairs = 3
/** A line of `.pgpass` has four. */
const maxColons = 3

const colon = 0x3a
const percent = 0x25
const ampersand = 0x26
const dash = 0x2d
const smallU = 0x75

const kinds = once(() => {
  const of = (code: number): number => {
    const char = String.fromCharCode(code)
    if (!/[\w .,:;'"()<>=/+?!*|-]|[%&]/.test(char)) return 0
    let kind: number = charKind.allowed
    if (/[\w.!:+/=-]/.test(char)) kind |= charKind.token
    if (/[0-9A-Fa-f]/.test(char)) kind |= charKind.hex
    if (/[A-Z]/.test(char)) kind |= charKind.capital
    if (/[ :]/.test(char)) kind |= charKind.apart
    if (/[A-Za-z0-9]/.test(char)) kind |= charKind.word
    if (/[A-Za-z]/.test(char)) kind |= charKind.letter
    return kind
  }
  return Uint8Array.from({ length: 128 }, (_, code) => of(code))
})

/** How the words begin that lead to a secret: four letters of each, or all that it has. */
const beginnings: readonly string[] = [
  ...['pass', 'pw', 'secr', 'toke', 'cred', 'key', 'auth', 'cook', 'sess', 'sig', 'conn', 'dsn', 'otp', 'jwt', 'bear'],
  ...['mnem', 'phra', 'veri', 'asse', 'saml', 'pin', 'podm', 'skop', 'sqlp', 'logi', 'ldap', 'mach', 'mysq', 'mari'],
  ...['mong', 'alia', 'iden', 'impd', 'dock', 'helm', 'cran', 'cons', 'redi', 'rabb', 'rman', 'bsub', 'vaul', 'expd'],
  ...['basi', 'apik', 'geni', 'ssws', 'nego', 'ntlm', 'splu'],
]
/** All bits, in a number that needs no object of its own. */
const everyLetter = -1

/** For three letters in a row, five bits each, which letters after them begin such a word: a bit for each. */
const fourthLetters = once(() => {
  const table = new Int32Array(1 << 15)
  for (const word of beginnings) {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((at) => word.charCodeAt(at) - 0x60) as number[]
    const head = ((first ?? 0) << 10) | ((second ?? 0) << 5)
    if (word.length === 2) table.fill(everyLetter, head, head + 32)
    else if (word.length === 3) table[head | (third ?? 0)] = everyLetter
    else table[head | (third ?? 0)] = (table[head | (third ?? 0)] ?? 0) | (1 << (fourth ?? 0))
  }
  return table
})

/**
 * Whether one look at every character shows that no rule of the redactor can find anything and nothing needs to be cleaned away:
 * no sign that encodes others, no word that leads to a secret, no run that may be a token or encoded text. False says nothing: then
 * the rules decide. Most summaries of alerts are plain, and this takes a fraction of the time that the rules take.
 */
export function isPlain(text: string): boolean {
  const kindOf = kinds()
  const fourthOf = fourthLetters()
  const { length } = text
  let runAt = 0
  let runHolds = 0
  let hex = 0
  let words = 0
  let pairs = 0
  let colons = 0
  let letters = 0
  let fourth = 0
  let mayName = false
  // One step beyond the end, as if a space followed, ends the last run.
  for (let at = 0; at <= length; at += 1) {
    const code = at < length ? text.charCodeAt(at) : 0x20
    const kind = code < 128 ? (kindOf[code] ?? 0) : 0
    if (kind === 0) return false
    if ((kind & charKind.token) === 0) {
      if (at - runAt >= minRun && mayHoldToken(text, runAt, at, runHolds)) return false
      runAt = at + 1
      runHolds = 0
      if ((code === percent || code === ampersand) && at + 1 < length && text.charCodeAt(at + 1) !== 0x20) return false
    } else {
      runHolds |= kind
      if (code === colon) {
        colons += 1
        if (colons > maxColons) return false
      } else if (code === dash && followsDash(text, at)) return false
    }
    if ((kind & charKind.hex) === 0) {
      // A dump is pairs of digits with one sign between two.
      pairs = (kind & charKind.apart) !== 0 && hex === 2 && words === 2 ? pairs + 1 : 0
      if (pairs >= maxPairs) return false
      hex = 0
    } else {
      hex += 1
      if (hex >= minHex) return false
    }
    words = (kind & charKind.word) === 0 ? 0 : words + 1
    const letter = (kind & charKind.letter) === 0 ? 0 : code & 0x1f
    if ((fourth & (1 << letter)) !== 0) mayName = true
    letters = ((letters << 5) | letter) & 0x7fff
    fourth = fourthOf[letters] ?? 0
  }
  return !((mayName || fourth !== 0) && namesSecret(text))
}

/** A run with a capital may be encoded or drawn by chance; whether it looks like a token is asked of those who know them. */
function mayHoldToken(text: string, start: number, end: number, holds: number): boolean {
  return (holds & charKind.capital) !== 0 || isTokenHinted(text, { start, end, holds: 0 })
}

/** Two dashes begin a flag or a key; `-u` is how a client is told a user and a password. */
function followsDash(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1)
  return next === dash || next === smallU
}
