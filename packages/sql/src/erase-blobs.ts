import { chunks } from './bulk-insert.ts'
import type { Writing } from './writing.ts'

/** The tenant's texts of these digests are gone, with their salts. In order, so that two erasures never wait for each other. */
export async function eraseBlobs({ db, dialect, tenant }: Writing, digests: readonly string[]): Promise<void> {
  await dialect.overwriteDeleted(db)
  for (const chunk of chunks([...new Set(digests)].sort())) {
    await db.deleteFrom('mendkit_blob').where('tenant', '=', tenant).where('digest', 'in', chunk).execute()
  }
}
