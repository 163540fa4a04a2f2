import { MendkitError } from '@mendkit/core'
import type { ObjectClient, ObjectVersion } from './client.ts'
import { keyBefore, sizeOfKey } from './parse-key.ts'

/** A version of an anchor, and the size that its key names. */
export interface AnchorVersion extends ObjectVersion {
  readonly anchored: number
}

/** Longer objects are no anchors, and are not read. */
const maxBytes = 16_384
const pageSize = 1_000
/** Delete markers take up room in a page; so that a few cost no page of their own. */
const leastPage = 100

/** Versions of anchors of at least `from` entries, in order of size, at most `max`. What was hidden by a delete marker is found too. */
export async function findVersions(
  client: ObjectClient,
  {
    folder,
    from,
    to = Number.MAX_SAFE_INTEGER,
    max,
  }: { readonly folder: string; readonly from: number; readonly to?: number; readonly max: number },
  signal: AbortSignal,
): Promise<readonly AnchorVersion[]> {
  const found: AnchorVersion[] = []
  let next: { readonly after: string | undefined; readonly version?: string } | undefined = {
    after: keyBefore(folder, from),
  }
  while (next !== undefined && found.length < max) {
    const page: Awaited<ReturnType<ObjectClient['versions']>> = await client.versions(
      { prefix: folder, ...next, max: Math.min(pageSize, Math.max(leastPage, max - found.length)) },
      signal,
    )
    for (const version of page.found) {
      const anchored = sizeOfKey(folder, version.key)
      if (anchored !== undefined && anchored > to) return found
      if (anchored !== undefined && anchored >= from && version.size <= maxBytes) found.push({ ...version, anchored })
    }
    if (page.next !== undefined && page.next.after === next.after && page.next.version === next.version) {
      throw new MendkitError('bad-response', `a listing of ${folder} does not come to an end`)
    }
    next = page.next
  }
  return found.slice(0, max)
}

/**
 * The greatest size of which there is an anchor. S3 lists in ascending order only, so it is found by doubling and halving, in some
 * forty short listings of a log of a million entries.
 */
export async function greatestSize(
  client: ObjectClient,
  folder: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const firstFrom = async (from: number) => (await findVersions(client, { folder, from, max: 1 }, signal))[0]?.anchored
  let known = await firstFrom(0)
  if (known === undefined) return undefined
  let high = known * 2 + 1
  for (let next = await firstFrom(high); next !== undefined; next = await firstFrom(high)) {
    known = next
    high = Math.min(Number.MAX_SAFE_INTEGER, next * 2 + 1)
    if (known === high) return known
  }
  for (let low = known + 1; low < high; ) {
    const middle = low + Math.floor((high - low) / 2)
    const next = await firstFrom(middle)
    if (next === undefined) high = middle
    else {
      known = next
      low = next + 1
    }
  }
  return known
}
