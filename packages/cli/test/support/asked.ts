import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { type Asked, askedOnce } from './world.ts'

/** For a file of tests: a database in which an incident waits for an approval, made once. */
export function withAsked(): () => Asked {
  let asked: Asked | undefined
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mendkit-cli-'))
    asked = await askedOnce(join(folder, 'mendkit.db'))
    return () => rmSync(folder, { recursive: true, force: true })
  }, 120_000)
  return () => {
    if (asked === undefined) throw new Error('the database is not made yet')
    return asked
  }
}
