import { blobDigest } from '../../audit/blob-digest.ts'
import type { JoinedBlob } from '../../model/event.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'

/** Digests that a store takes at once. */
const batchSize = 1_000

/** The texts of some blobs by digest, read in batches. Erased and unknown ones are left out; one that is not what its digest says is marked, and not shown. */
export async function readTexts(
  store: Pick<Store, 'blobs'>,
  tenant: string,
  digests: readonly string[],
  ctx: CallContext,
): Promise<ReadonlyMap<string, JoinedBlob>> {
  const wanted = [...new Set(digests)]
  const texts = new Map<string, JoinedBlob>()
  for (let from = 0; from < wanted.length; from += batchSize) {
    const blobs = await store.blobs(tenant, wanted.slice(from, from + batchSize), ctx)
    for (const { digest, salt, text } of blobs) {
      texts.set(digest, blobDigest(salt, text) === digest ? { text } : { altered: true })
    }
  }
  return texts
}
