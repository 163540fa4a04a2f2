import { MendkitError } from '@mendkit/core'
import { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { sqlStore } from '../src/index.ts'

const source = './mendkit.db'
const wrong: readonly (readonly [path: string, given: readonly unknown[], says: RegExp])[] = [
  ['source', [], /name of a file, or \{ db \}/],
  ['source', [undefined], /name of a file, or \{ db \}/],
  ['source', [null], /name of a file, or \{ db \}/],
  ['source', [''], /is not the name of a file.*memoryStore/],
  ['source', [':memory:'], /is not the name of a file.*memoryStore/],
  ['source', [{ file: source }], /db/],
  ['source.db', [{}], /Kysely instance/],
  ['source.db', [{ db: undefined }], /Kysely instance/],
  ['source.db', [{ db: Kysely }], /Kysely instance/],
  ['lockPatience', [source, { lockPatience: 5 }], /no such option.*lockPatienceMs/],
  ['lockPatienceMs', [source, { lockPatienceMs: Number.NaN }], /milliseconds/],
  ['lockPatienceMs', [source, { lockPatienceMs: '5s' }], /milliseconds/],
  ['lockPatienceMs', [source, { lockPatienceMs: -1 }], /milliseconds/],
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
