import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** How many times a second the disk below a folder takes 4 KiB for good: what every durable commit waits for at least once. */
export function fsyncsPerSecond(folder: string, tries: number): number {
  const file = openSync(join(folder, 'fsync-probe'), 'w')
  const block = Buffer.alloc(4_096, 1)
  const began = performance.now()
  for (let at = 0; at < tries; at += 1) {
    writeSync(file, block)
    fsyncSync(file)
  }
  const seconds = (performance.now() - began) / 1_000
  closeSync(file)
  return tries / seconds
}
