import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createMendkit, silentLogger, systemClock, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, testSigner } from '@mendkit/testkit'
import { type Effort, median, type Row, shareRow, statedRow } from '../row.ts'
import { draftsFrom, tenant } from './drafts.ts'
import { scratchFolder } from './scratch.ts'

const ctx = callContext()
const signer = testSigner()

interface Reading {
  readonly seconds: number
  readonly entries: number
  readonly mebibytes: number
}

/** A long log on SQLite: verifying it beside reading and hashing each entry, each in a process of its own, and proving from it. */
export async function* longLog({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const entries = smoke ? 2_000 : 1_000_000
  using folder = scratchFolder()
  const file = join(folder.path, 'long.db')
  await grow(file, entries)
  const [verified, hashed, milliseconds]: [Reading[], Reading[], number[]] = [[], [], []]
  let longest = 0
  for (let round = 0; round < rounds; round += 1) {
    hashed.push(await read('hash', file))
    verified.push(await read('verify', file))
    const proofs = await prove(file, entries, smoke ? 5 : 500)
    milliseconds.push(proofs.milliseconds)
    longest = Math.max(longest, proofs.hashes)
  }
  const rates = (readings: readonly Reading[]) => readings.map((each) => each.entries / each.seconds)
  const yardstick = { name: 'a loop that reads and hashes', values: rates(hashed) }
  yield shareRow(`verification of ${entries} entries on SQLite`, 'entries/s', rates(verified), yardstick, 0.5)
  const resident = verified.map((each) => each.mebibytes)
  yield statedRow(`resident at most while it verifies ${entries} entries`, 'MiB', resident, { atMost: 200 })
  yield statedRow(`inclusion proof from ${entries} entries on SQLite`, 'ms', milliseconds, { atMost: 1 })
  yield statedRow(`hashes of the longest of these proofs`, 'hashes', [longest], { atMost: 20 })
}

async function grow(file: string, entries: number): Promise<void> {
  const store = sqlStore(file)
  await store.open({ clock: systemClock, signer }, ctx)
  for (let from = 0; from < entries; from += 1_000) {
    await store.commit({ tenant, expect: [], put: [], audit: draftsFrom(from, Math.min(1_000, entries - from)) }, ctx)
  }
  await store.close()
}

async function read(which: 'verify' | 'hash', file: string): Promise<Reading> {
  const program = fileURLToPath(new URL('verify-worker.ts', import.meta.url))
  const key = verifierKeyText(verifierKeyOf(signer))
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=mendkit-source', program],
    ...[which, file, key],
  ])
  return JSON.parse(stdout) as Reading
}

/** Milliseconds of a proof of an entry anywhere in the log, with the reads that it takes; and the most hashes that one had. */
async function prove(file: string, entries: number, proofs: number) {
  const host = createMendkit({ store: sqlStore(file), system: { signer, log: silentLogger } })
  const { audit } = host.as({ id: 'bench', roles: [], tenant, via: 'bench' })
  await audit.prove(0)
  let hashes = 0
  const times: number[] = []
  for (let at = 0; at < proofs; at += 1) {
    const seq = Math.floor(((at * 0.618_033_988_7) % 1) * entries)
    const began = performance.now()
    const proof = await audit.prove(seq)
    times.push(performance.now() - began)
    hashes = Math.max(hashes, (proof.split('\n\n')[0] ?? '').split('\n').length - 2)
  }
  await host.close()
  return { milliseconds: median(times), hashes }
}
