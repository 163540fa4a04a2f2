import { MendkitError } from '@mendkit/core'

/** Where the tables of a store are, with a name that holds no password, and the same as errors say it. */
export type Source = { readonly name: string; readonly database: string } & (
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string }
)

const kinds: Readonly<Record<string, 'postgres' | 'mysql'>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
}

/** How URLs of servers begin when their slashes were left out. */
const notFiles = /^(postgres|postgresql|mysql|mariadb):/i

/** Tells a URL from the name of a file. Throws `config` for a URL of anything else; no error holds the URL, which may hold a password. */
export function parseSource(text: string): Source {
  const [, scheme] = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(text) ?? []
  if (scheme === undefined) {
    // A blank or a quote before it, as settings are copied, or slashes left out: as the name of a file it would be shown.
    if (/:\/\//.test(text) || notFiles.test(text)) {
      throw wrong('looks like a URL and does not begin like one; give it bare, such as postgres://user@host/name')
    }
    return { kind: 'sqlite', file: text, name: text, database: `the database ${text}` }
  }
  const kind = kinds[scheme.toLowerCase()]
  if (kind === undefined) {
    throw wrong(`is a URL of ${scheme}//, which is no database that this package knows; give postgres:// or mysql://`)
  }
  // Its error would hold the whole text.
  if (!URL.canParse(text)) throw wrong('is a URL that cannot be read; encode special characters of its password')
  const url = new URL(text)
  if (url.pathname.length < 2) throw wrong('names no database; add its name after the host')
  // A slash in a password ends the host before it, and the rest of the password would be shown as the database's name.
  if (/[/@:]/.test(url.pathname.slice(1))) {
    throw wrong('has no plain name of a database behind its host; encode special characters of its password')
  }
  const name = `${url.protocol}//${url.host}${url.pathname}`
  return { kind, url: text, name, database: `the database ${name}` }
}

function wrong(says: string): MendkitError {
  return new MendkitError('config', `sqlStore: \`source\` ${says}`, { path: 'source' })
}
