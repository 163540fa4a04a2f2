import { createMendkit, type Mendkit, type Store, silentLogger } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { onTestFinished } from 'vitest'
import { rootOver } from './check-proof.ts'

/** The face of a host whose log is a tree over these hashes of leaves, whatever they are the hashes of. */
export function treeOver(leaves: readonly Uint8Array[]): Mendkit['audit'] {
  const signature = Buffer.alloc(68, 1).toString('base64')
  const levels: Uint8Array[][] = [[...leaves]]
  for (let below = leaves; below.length >= 256; ) {
    const roots: Uint8Array[] = []
    for (let at = 0; at + 256 <= below.length; at += 256) roots.push(rootOver(below.slice(at, at + 256)))
    levels.push(roots)
    below = roots
  }
  const note = `log.example/test/default\n${leaves.length}\n${rootOver(leaves).toString('base64')}\n\n— log.example/test ${signature}\n`
  const store: Store = {
    ...simulatedStore(),
    lastAuditCheckpoint: async (tenant) => ({ tenant, size: leaves.length, note }),
    auditTile: async ({ level, index }) => Buffer.concat((levels[level] ?? []).slice(index * 256, (index + 1) * 256)),
  }
  const host = createMendkit({ store, system: { log: silentLogger } })
  onTestFinished(() => host.close())
  return host.audit
}

/** The hashes of a proof in the text form of C2SP. */
export function pathOf(proof: string): readonly Buffer[] {
  const [above = ''] = proof.split('\n\n')
  return above.split('\n').flatMap((line) => (/^[A-Za-z0-9+/]{43}=$/.test(line) ? [Buffer.from(line, 'base64')] : []))
}
