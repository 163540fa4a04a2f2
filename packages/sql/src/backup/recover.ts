import {
  type AuditDraft,
  type AuditHead,
  blobDigest,
  type Clock,
  headRoot,
  type LogKeys,
  logOrigin,
  MendkitError,
  type Principal,
  parseVerifierKey,
  type Random,
  redact,
  systemClock,
  systemRandom,
} from '@mendkit/core'
import { appendAudit } from '../append-audit.ts'
import { readAuditHead } from '../audit-head.ts'
import { patienceMs, type TablePlace, writing } from '../connect.ts'
import { lockPrefix } from '../place.ts'
import { currentVersion } from '../schema.ts'
import { makeStatements, type Statements } from '../statements.ts'
import type { Database } from '../tables.ts'
import { inTransaction } from '../transaction.ts'
import { auditHeads } from './audit-of.ts'
import { readEpoch } from './epoch.ts'
import type { Diverged } from './manifest.ts'

/** Who accepts the loss of what a database is older than, and why. */
export interface RecoverOptions extends LogKeys, TablePlace {
  readonly by: Pick<Principal, 'id' | 'via'>
  readonly because: string
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
}

/** What a recovery did. */
export interface Recovered {
  readonly epoch: number
  /** Tenants whose logs go on under the new origin, those among them that begin with it included. */
  readonly tenants: readonly string[]
}

/**
 * Lets a database go on that is older than its anchors: the log of every tenant gets a new origin, whose first entry tells where
 * the one before ended, which anchor tells of more, who accepted that and why. The old origin signs nothing more. All logs or
 * none. Throws `config` when the database is not older than its anchors, or a log's key was not given; `conflict` when somebody
 * else has done it first.
 */
export async function recoverDatabase(source: string, options: RecoverOptions): Promise<Recovered> {
  const { clock = systemClock, random = systemRandom } = options
  return writing(
    source,
    async (on) => {
      const { db, dialect, database, place } = on
      await currentVersion(on)
      const statements = makeStatements(dialect)
      return inTransaction(db, { dialect, patienceMs }, async (connection) => {
        for (const query of dialect.nothingHidden) await connection.executeQuery(query)
        const tenants = await tenantsOf(connection)
        for (const tenant of tenants) await dialect.lockTenant(connection, lockPrefix(place), tenant)
        const { epoch, diverged } = await readEpoch(connection)
        if (diverged === undefined) {
          throw new MendkitError(
            'config',
            `${database} is not older than its anchors; there is nothing to recover from`,
          )
        }
        for (const tenant of tenants) {
          const log = { db: connection, statements, tenant, at: clock.now(), random }
          await openEpoch(log, diverged, epoch + 1, options)
        }
        await connection
          .updateTable('mendkit_log_epoch')
          .set({ epoch: epoch + 1, diverged: null })
          .where('id', '=', 1)
          .where('epoch', '=', epoch)
          .execute()
        return { keep: true, result: { epoch: epoch + 1, tenants } }
      })
    },
    options,
  )
}

/** Those that have a log, and those of which an anchor tells that they had one. */
async function tenantsOf(db: Database): Promise<readonly string[]> {
  const { diverged } = await readEpoch(db)
  const named = [
    ...(await auditHeads(db)).map(([tenant]) => tenant),
    ...(diverged?.anchors ?? []).map((one) => one.tenant),
  ]
  return [...new Set(named)].sort()
}

interface Opening {
  readonly db: Database
  readonly statements: Statements
  readonly tenant: string
  readonly at: number
  readonly random: Random
}

async function openEpoch(on: Opening, diverged: Diverged, epoch: number, options: RecoverOptions): Promise<void> {
  const { db, statements, tenant, at, random } = on
  const head = await readAuditHead(db, tenant)
  const text = redact(options.because)
  const salt = random.hex(16)
  const blob = { tenant, digest: blobDigest(salt, text), salt, body: Buffer.from(text) }
  await statements.insertBlob(db, [blob])
  const [anchor] = diverged.anchors.filter((one) => one.tenant === tenant).toSorted((a, b) => b.size - a.size)
  const draft: AuditDraft = {
    type: 'log-epoch-opened',
    at,
    salt: random.hex(16),
    actor: { kind: 'principal', id: options.by.id, via: options.by.via },
    subject: { kind: 'engine', id: tenant },
    data: {
      epoch,
      ...originOf(head, tenant, options),
      size: head.size,
      root: headRoot(tenant, head),
      ...(anchor && { anchor: { size: anchor.size, root: anchor.root } }),
    },
    blobs: { because: blob.digest },
  }
  await appendAudit(db, statements, tenant, [draft], options)
}

/** The origin that ends; none of a log that nobody has signed. */
function originOf(head: AuditHead, tenant: string, { signer }: LogKeys): { readonly origin?: string } {
  const name = head.key === undefined ? signer?.name : parseVerifierKey(head.key).name
  return name === undefined ? {} : { origin: logOrigin(name, tenant, head.epoch) }
}
