import { memoryState, storeOverMemory } from '@mendkit/core'
import {
  type AttackedStore,
  attackedLogKeys,
  auditAttackContract,
  callContext,
  holdsTo,
  virtualClock,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { logRowsOf, rewriteLog } from './support/memory-log.ts'

async function subject(): Promise<AttackedStore> {
  const state = memoryState()
  const store = storeOverMemory(state, { id: 'memory', durable: false })
  await store.open({ clock: virtualClock(), ...attackedLogKeys }, callContext())
  return {
    store,
    rewrite: async (tenant, change) => rewriteLog(state, tenant, change(logRowsOf(state, tenant))),
  }
}

holdsTo(test, 'a log in memory', auditAttackContract, subject)
