import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { MendkitError, type Signer, signNote } from '@mendkit/core'
import { manifestFile, restoreBackup, takeBackup } from '@mendkit/sql'
import { testSigner } from '@mendkit/testkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { append, fill, signer, trust } from './deployment.ts'
import { temporaryFolder } from './folder.ts'

/** A backup as its two files hold it. */
interface Backup {
  readonly file: Buffer
  readonly manifest: Buffer
}

let [older, newer]: readonly (Backup | undefined)[] = []

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-sql-'))
  const at = (name: string) => join(folder, name)
  await fill(at('host.db'), 20)
  const take = async (name: string): Promise<Backup> => {
    await takeBackup(at('host.db'), { file: at(name), signer })
    return { file: readFileSync(at(name)), manifest: readFileSync(manifestFile(at(name))) }
  }
  older = await take('older')
  await append(at('host.db'), 1_000)
  newer = await take('newer')
  rmSync(folder, { recursive: true })
}, 60_000)

function both(): readonly [Backup, Backup] {
  if (older === undefined || newer === undefined) throw new Error('the backups were not taken')
  return [older, newer]
}

/** Numbers that look random and are the same in every run. */
function chance(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy
}

/** Restores each, and answers those that were taken, or left something behind. */
async function taken(backups: Iterable<readonly [name: string, backup: Backup]>) {
  const folder = temporaryFolder()
  const [file, db] = [join(folder, 'backup'), join(folder, 'new.db')]
  const wrong: string[] = []
  let count = 0
  for (const [name, backup] of backups) {
    count += 1
    writeFileSync(file, backup.file)
    writeFileSync(manifestFile(file), backup.manifest)
    const error = await restoreBackup(db, { file, trust }).then(
      () => 'it was restored',
      (thrown: unknown) => thrown,
    )
    if (!MendkitError.is(error) || existsSync(db)) wrong.push(`${name}: ${String(error)}`)
  }
  return { wrong, count }
}

/** The manifest of other lines, as somebody writes it who has no key, or another one. */
function forged(backup: Backup, lines: string, signedBy?: Signer): Backup {
  return sealed(backup, gzipSync(lines), Buffer.from(lines), signedBy)
}

/** A file with a manifest that names it; with the signature of another text where nobody signs. */
function sealed(backup: Backup, file: Buffer, lines: Buffer, signedBy?: Signer): Backup {
  const [title, json = '{}'] = backup.manifest.toString('utf8').split('\n')
  const of = (bytes: Uint8Array) => ({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  const manifest = { ...JSON.parse(json), file: of(file), content: of(lines) }
  const body = `${title}\n${JSON.stringify(manifest)}\n`
  const [, signatures = ''] = backup.manifest.toString('utf8').split('\n\n')
  return { file, manifest: Buffer.from(signedBy === undefined ? `${body}\n${signatures}` : signNote(body, [signedBy])) }
}

describe('a backup that is not what was taken is refused, and nothing is left of it', () => {
  test('whole, it is restored', async () => {
    for (const backup of both()) expect((await taken([['whole', backup]])).wrong).toHaveLength(1)
  })

  test('with one bit changed, anywhere', async () => {
    const [backup] = both()
    const next = chance(7)
    function* all() {
      for (let round = 0; round < 500; round += 1) {
        const [at, bit] = [next(backup.file.length), next(8)]
        yield [`file ${at}.${bit}`, { ...backup, file: flipped(backup.file, at, bit) }] as const
      }
      for (let round = 0; round < 500; round += 1) {
        const [at, bit] = [next(backup.manifest.length), next(8)]
        yield [`manifest ${at}.${bit}`, { ...backup, manifest: flipped(backup.manifest, at, bit) }] as const
      }
    }
    expect(await taken(all())).toEqual({ wrong: [], count: 1_000 })
    // What no reader of the compressed form looks at: its time and the system that made it.
    const unread = [4, 5, 6, 7, 9].map(
      (at) => [`header ${at}`, { ...backup, file: flipped(backup.file, at, 0) }] as const,
    )
    expect(await taken(unread)).toEqual({ wrong: [], count: 5 })
  }, 60_000)

  test('cut off, anywhere', async () => {
    const [backup] = both()
    function* all() {
      for (let end = 0; end < backup.file.length; end += Math.ceil(backup.file.length / 150)) {
        yield [`file to ${end}`, { ...backup, file: backup.file.subarray(0, end) }] as const
      }
      for (let end = 0; end < backup.manifest.length; end += Math.ceil(backup.manifest.length / 150)) {
        yield [`manifest to ${end}`, { ...backup, manifest: backup.manifest.subarray(0, end) }] as const
      }
      yield ['manifest less its last byte', { ...backup, manifest: backup.manifest.subarray(0, -1) }] as const
      yield ['something after the file', { ...backup, file: Buffer.concat([backup.file, Buffer.from('x')]) }] as const
      yield ['the file twice', { ...backup, file: Buffer.concat([backup.file, backup.file]) }] as const
    }
    const { wrong, count } = await taken(all())
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(250)
  }, 60_000)

  test('with the manifest of another, or of none', async () => {
    const [first, second] = both()
    const all = [
      ['an older file with a newer manifest', { file: first.file, manifest: second.manifest }],
      ['a newer file with an older manifest', { file: second.file, manifest: first.manifest }],
      ['the file as its manifest', { file: first.file, manifest: first.file }],
      ['an empty manifest', { file: first.file, manifest: Buffer.alloc(0) }],
    ] as const
    expect(await taken(all)).toEqual({ wrong: [], count: all.length })
  })

  test('with rows changed, dropped, doubled or swapped with another, and file and counts made to fit', async () => {
    const [first, second] = both()
    const lines = (backup: Backup) => gunzipSync(backup.file).toString('utf8').trimEnd().split('\n')
    const [mine, theirs] = [lines(first), lines(second)]
    function* all() {
      for (const [name, key] of [
        ['without a key', undefined],
        ['with another key', testSigner(9)],
      ] as const) {
        for (const [at, line] of mine.entries()) {
          const others = theirs.filter((other) => other !== line && other.startsWith(line.slice(0, 12)))
          const changes = [
            [...mine.slice(0, at), ...mine.slice(at + 1)],
            [...mine.slice(0, at), line, ...mine.slice(at)],
            [...mine.slice(0, at), others.at(-1) ?? '[]', ...mine.slice(at + 1)],
          ]
          for (const [index, changed] of changes.entries()) {
            yield [`${name} line ${at} change ${index}`, forged(first, `${changed.join('\n')}\n`, key)] as const
          }
        }
      }
    }
    const { wrong, count } = await taken(all())
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(300)
  }, 60_000)

  test('by whoever has the key, unless the log itself says the same', async () => {
    const [first] = both()
    const lines = gunzipSync(first.file).toString('utf8').trimEnd().split('\n')
    const begin = lines.findIndex((line) => line.startsWith('{"table":"mendkit_audit",'))
    function* all() {
      for (const at of [begin, begin + 1, begin + 2, begin + 10, lines.length - 1]) {
        const changed = [...lines.slice(0, at), ...lines.slice(at + 1)]
        yield [`line ${at}`, forged(first, `${changed.join('\n')}\n`, signer)] as const
      }
      for (const cut of [1, 2, 30]) {
        yield [`${cut} lines cut`, forged(first, `${lines.slice(0, -cut).join('\n')}\n`, signer)] as const
      }
    }
    expect(await taken(all())).toEqual({ wrong: [], count: 8 })
    const text = `${lines.join('\n')}\n`
    const broken = [gzipSync(text).subarray(0, -30), gzipSync(text.slice(0, -20)), gzipSync(Buffer.from([255, 254]))]
    const files = broken.map(
      (file, index) => [`file ${index}`, sealed(first, file, Buffer.from(text), signer)] as const,
    )
    expect(await taken(files)).toEqual({ wrong: [], count: 3 })
  })
})

test('a manifest of later make is told from a damaged one', async () => {
  const [backup] = both()
  const folder = temporaryFolder()
  const file = join(folder, 'backup')
  writeFileSync(file, backup.file)
  const later = backup.manifest.toString('utf8').split('\n\n')[0]?.replace('"format":1', '"format":2') ?? ''
  writeFileSync(manifestFile(file), signNote(`${later}\n`, [signer]))
  await expect(restoreBackup(join(folder, 'new.db'), { file, trust })).rejects.toMatchObject({ code: 'unsupported' })
  copyFileSync(file, join(folder, 'alone'))
  await expect(restoreBackup(join(folder, 'new.db'), { file: join(folder, 'alone'), trust })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/manifest beside it/),
  })
})
