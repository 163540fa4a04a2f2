import type { AuditTilePart } from '../model/audit-entry.ts'

/** Hashes of a full tile. */
export const tileWidth = 256
/** Heights of the tree that one level of tiles spans. */
export const tileHeight = 8

/** Gathers the hashes that tiles hold from the nodes that entries complete. */
export function tileParts(tenant: string) {
  const parts: { level: number; start: number; hashes: Uint8Array[] }[] = []
  const open = new Map<number, (typeof parts)[number]>()
  return {
    add(height: number, index: number, hash: Uint8Array): void {
      if (height % tileHeight !== 0) return
      const level = height / tileHeight
      let part = index % tileWidth === 0 ? undefined : open.get(level)
      if (part === undefined) {
        part = { level, start: index, hashes: [] }
        open.set(level, part)
        parts.push(part)
      }
      part.hashes.push(hash)
    },
    done: (): readonly AuditTilePart[] =>
      parts.map(({ level, start, hashes }) => ({ tenant, level, start, hashes: Buffer.concat(hashes) })),
  }
}
