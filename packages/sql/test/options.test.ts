import { inspect } from 'node:util'
import { MendkitError } from '@mendkit/core'
import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { sqlStore } from '../src/index.ts'

const source = './mendkit.db'
const wrong: readonly (readonly [path: string, given: readonly unknown[], says: RegExp])[] = [
  ['source', [], /name of a file, the URL of a database, \{ db \}/],
  ['source', [undefined], /name of a file, the URL of a database, \{ db \}/],
  ['source', [null], /name of a file, the URL of a database, \{ db \}/],
  ['source', [''], /is not the name of a file.*memoryStore/],
  ['source', [':memory:'], /is not the name of a file.*memoryStore/],
  ['source', ['oracle://scott:tiger@db/shop'], /oracle:\/\/.*no database that this package knows/],
  ['source', ['postgres://db:54x32/shop'], /cannot be read/],
  ['source', ['postgres://db'], /names no database/],
  ['source', [{ file: source }], /db/],
  ['source.db', [{}], /Kysely instance/],
  ['source.pglite', [{ pglite: {} }], /must be a PGlite/],
  ['source.db', [{ db: undefined }], /Kysely instance/],
  ['source.db', [{ db: Kysely }], /Kysely instance/],
  ['lockPatience', [source, { lockPatience: 5 }], /no such option.*lockPatienceMs/],
  ['lockPatienceMs', [source, { lockPatienceMs: Number.NaN }], /milliseconds/],
  ['lockPatienceMs', [source, { lockPatienceMs: '5s' }], /milliseconds/],
  ['lockPatienceMs', [source, { lockPatienceMs: -1 }], /milliseconds/],
  ['statementTimeoutMs', [source, { statementTimeoutMs: -1 }], /milliseconds/],
  ['maxConnections', [source, { maxConnections: 1 }], /connections/],
  ['schema', ['postgres://db/shop', { schema: 'my schema' }], /plain name of a schema/],
  ['schema', ['postgres://db/shop', { schema: 'pg_temp' }], /plain name of a schema/],
  ['schema', [source, { schema: 'mendkit' }], /PostgreSQL alone/],
  ['prefix', [source, { prefix: '' }], /what names begin with/],
  ['prefix', [source, { prefix: 'x; drop table users; --' }], /what names begin with/],
  ['rowLevelSecurity', [source, { rowLevelSecurity: true }], /PostgreSQL alone/],
  ['rowLevelSecurity', ['mysql://db/shop', { rowLevelSecurity: true }], /PostgreSQL alone/],
  ['nudges', [source, { nudges: true }], /PostgreSQL alone/],
  ['nudges', ['postgres://db/shop', { nudges: 'yes' }], /true or false/],
  ['options', [source, null], /must be an object/],
]

test.each(wrong)('a wrong %s is refused at once, and the error says what to give: %o', (path, given, says) => {
  try {
    Reflect.apply(sqlStore, undefined, given)
    expect.unreachable('was taken')
  } catch (error) {
    expect(MendkitError.is(error, 'config') && error.message).toMatch(says)
    expect(MendkitError.is(error) && error.path).toMatch(new RegExp(`^${path}`))
  }
})

test('an error about a URL does not hold its password', () => {
  const urls = [
    'oracle://u:s3cret@db/shop',
    'postgres://u:s3cret@db:54x32/shop',
    'postgres://u:s3cret@db',
    ' postgres://u:s3cret@db/shop',
    '"postgres://u:s3cret@db/shop"',
    'postgres:u:s3cret@db/shop',
    'postgres://u:12/s3cret@db/shop',
  ]
  for (const url of urls) {
    try {
      sqlStore(url)
      expect.unreachable('was taken')
    } catch (error) {
      expect(MendkitError.is(error, 'config') && error.path).toBe('source')
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret')
    }
  }
})
