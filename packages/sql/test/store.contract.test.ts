import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogKeys } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { test } from 'vitest'

async function subject(): Promise<StoreSubject & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-sql-'))
  const clock = virtualClock()
  const opened: ReturnType<typeof sqlStore>[] = []
  const another = async (keys?: LogKeys) => {
    const store = sqlStore(join(folder, 'mendkit.db'))
    await store.open({ clock, ...keys }, callContext())
    opened.push(store)
    return store
  }
  return {
    store: await another(),
    another,
    passTime: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

// The clauses with 10,000 alerts and with whole histories take seconds on a busy machine.
holdsTo((name, run) => test(name, { timeout: 60_000 }, run), 'the store in a SQLite file', storeContract, subject)
