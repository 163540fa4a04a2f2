import { MendkitError } from '../errors.ts'
import type { AuditHead } from '../model/audit-entry.ts'
import { message } from '../redact/message.ts'
import { type GrowingTree, hashBytes, rootOf } from './hash-tree.ts'

/** The tree that a head describes, to grow on. Throws `corrupt` when the head does not hold the subtrees of its size. */
export function treeOf(tenant: string, { size, frontier }: AuditHead): GrowingTree {
  const roots = frontier.map((root) => Buffer.from(root, 'hex'))
  const fits = roots.length === subtrees(size) && roots.every((root) => root.length === hashBytes)
  if (fits) return { size, roots }
  const what = message`the head of the audit log of tenant ${tenant} does not hold the tree of its ${size} entries`
  throw new MendkitError('corrupt', `${what}; run audit.verify(), and restore the database from a backup`)
}

/** The root (RFC 6962) of the entries before a head, in base64. Throws like `treeOf`. */
export function headRoot(tenant: string, head: AuditHead): string {
  return Buffer.from(rootOf(treeOf(tenant, head))).toString('base64')
}

/** The frontier of a tree as a head stores it. */
export function frontierOf({ roots }: GrowingTree): readonly string[] {
  return roots.map((root) => Buffer.from(root).toString('hex'))
}

function subtrees(size: number): number {
  return size.toString(2).replaceAll('0', '').length
}
