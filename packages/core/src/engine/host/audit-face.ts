import { z } from 'zod'
import { proveConsistency, proveInclusion } from '../../audit/prove.ts'
import { verifierKeyOf, verifierKeyText } from '../../audit/verifier-key.ts'
import { type AuditVerification, type AuditVerifyOptions, verifyAudit } from '../../audit/verify.ts'
import type { AuditRecord } from '../../model/audit-entry.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { LogKeys } from '../../ports/signer.ts'
import { type AnchorStatus, anchorStatus } from '../anchors/anchor-status.ts'
import { type Erasure, erase } from '../erase/erase.ts'
import { type ErasureRequest, erasureShape } from '../erase/selector.ts'
import type { Engine } from './engine.ts'
import { limitShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'
import { rotateLogKey } from './rotate-log-key.ts'

/** The tenant's audit log. */
export interface Audit {
  /** Entries with `seq >= from`, exact bytes, in order. Throws `invalid` with the path. @default { from: 0, limit: 100 } */
  read(query?: { readonly from?: number; readonly limit?: number }): Promise<readonly AuditRecord[]>
  /**
   * Reads the whole log again and tells everything that is wrong with it: entries that were edited, deleted, inserted or moved,
   * stored hashes, signatures, texts. What it is verified with should come from outside the database.
   * @default { trust: the keys of system.signer and system.nextSigner, certifiers: the key of system.keyCertifier, now: the clock's }
   */
  verify(options?: AuditVerifyOptions): Promise<AuditVerification>
  /** How far the log is anchored in each sink, as the hosts noted it down. `verify` with the sinks takes nothing on their word. */
  anchors(): Promise<readonly AnchorStatus[]>
  /** The last checkpoint, a signed note (C2SP tlog-checkpoint), to keep elsewhere; undefined for a log that nobody signed. */
  checkpoint(): Promise<string | undefined>
  /**
   * The proof (C2SP tlog-proof) that an entry is in the log, against the last checkpoint. Throws `config` for a log that nobody
   * signed, `invalid` for an entry that there is not, and `corrupt` where the stored tree is not the one that was signed. Up to
   * 128 tiles that proofs have read are kept in memory, 2 MiB.
   */
  prove(seq: number): Promise<string>
  /** The proof that the log begins with its first `size` entries as they were. Throws like `prove`. */
  proveConsistency(size: number): Promise<string>
  /**
   * Changes the key of the log from `system.signer` to `system.nextSigner`, by an entry that both sign. Throws `config` unless
   * both were given and the first is the log's key.
   */
  rotateKey(): Promise<void>
  /**
   * Erases texts for good: those of one incident, those that a principal gave, or those in which some words stand, with their salts
   * and the copies that rows hold. The log stays as it is and says which texts are gone. Takes the role `privacy-officer`; each
   * call is in the log. Throws `forbidden` without the role, `not-found` for an incident that there is not, and
   * `conflict`, with nothing erased, while an incident that such a text belongs to is not closed, or a notice with one waits.
   * Time grows with the log, memory does not. Interrupted, it may be called again.
   */
  erase(request: ErasureRequest): Promise<Erasure>
}

const queryShape = once(() => {
  const from = 'expected the number of an entry, 0 or more'
  return z.strictObject({ from: z.int(from).min(0, from).optional(), limit: limitShape().optional() })
})

/** By shape: a sink may come from another copy of its package. */
const sinkShape = once(() =>
  z.custom<AnchorSink>(
    (value) => typeof value === 'object' && value !== null && 'latest' in value && 'list' in value && 'place' in value,
    'expected the text of a checkpoint, or an anchor sink',
  ),
)

const verifyShape = once(() =>
  z.strictObject({
    trust: z.array(z.string()).readonly().optional(),
    certifiers: z.array(z.string()).readonly().optional(),
    from: z.string().optional(),
    anchors: z
      .array(z.union([z.string(), sinkShape()]))
      .readonly()
      .optional(),
    now: z.number().optional(),
  }),
)

const placeShape = once(() => z.int('expected a whole number').min(0, 'expected a whole number, 0 or more'))

/** The audit log of one principal's tenant. */
export function auditFace(engine: Engine, by: Principal): Audit {
  const { tenant } = by
  const { parts } = engine
  return {
    async read(given = {}) {
      const { from = 0, limit = 100 } = parseFields('query', queryShape(), given)
      await engine.ready()
      return parts.store.readAudit({ tenant, from, limit }, engine.context())
    },
    async verify(given = {}) {
      const parsed = parseFields('options', verifyShape(), given)
      const { keyCertifier, logKeys } = parts
      const {
        trust = ownKeys(logKeys),
        certifiers = keyCertifier ? [keyCertifier.publicKey] : [],
        from,
        anchors = [],
        now = parts.clock.now(),
      } = parsed
      await engine.ready()
      const options = { trust, certifiers, anchors, now, ...(from !== undefined && { from }) }
      return verifyAudit(parts.store, tenant, options, engine.context())
    },
    async anchors() {
      await engine.ready()
      return anchorStatus(parts.store, tenant, engine.context())
    },
    async checkpoint() {
      await engine.ready()
      return (await parts.store.lastAuditCheckpoint(tenant, engine.context()))?.note
    },
    async prove(given) {
      const seq = parseArgument('seq', placeShape(), given)
      await engine.ready()
      return proveInclusion(parts.store, tenant, seq, engine.context(), engine.knownTiles)
    },
    async proveConsistency(given) {
      const size = parseArgument('size', placeShape(), given)
      await engine.ready()
      return proveConsistency(parts.store, tenant, size, engine.context())
    },
    async rotateKey() {
      await engine.ready()
      await rotateLogKey(engine, by)
    },
    async erase(given) {
      const asked = parseFields('request', erasureShape(), given)
      await engine.ready()
      return erase(parts, { by, ...asked }, engine.context())
    },
  }
}

function ownKeys({ signer, nextSigner }: LogKeys): readonly string[] {
  return [signer, nextSigner].flatMap((one) => (one === undefined ? [] : [verifierKeyText(verifierKeyOf(one))]))
}
