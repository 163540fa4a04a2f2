import assert from 'node:assert/strict'
import { type CallContext, type LabelledResource, type Resource, resourceKey, type Topology } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of a topology. */
export interface TopologySubject {
  readonly topology: Topology
  /** A resource with at least two owners, one above the other, all of which the topology can read. */
  readonly owned: Resource
  /** Resources that it knows nothing about: gone, of another cluster, of a kind that it does not have. */
  readonly unknown: readonly Resource[]
  /** Its source cannot be reached. */
  readonly unreachable?: Topology
  /** Its credentials, which hold `secret`, are refused. */
  readonly rejected?: Topology
  readonly secret?: string
}

/** What every topology promises. */
export const topologyContract: Contract<TopologySubject> = [
  {
    says: 'has spec 1 and an id',
    async check(make) {
      const { topology } = await make()
      assert.equal(topology.spec, 1)
      assert.notEqual(topology.id, '')
    },
  },
  {
    says: 'names owners with their labels, each once, in the cluster of what they own',
    async check(make) {
      const subject = await make()
      const chain = await chainOf(subject)
      assert.ok(chain.length >= 2, 'the subject must have an owner that is owned')
      assert.equal(new Set([subject.owned, ...chain].map(resourceKey)).size, chain.length + 1)
      for (const { cluster, kind, name, labels } of chain) {
        assert.equal(cluster, subject.owned.cluster)
        assert.match(`${kind}/${name}`, /^[^/]+\/[^/]+$/)
        assert.ok(Object.values(labels).every((value) => typeof value === 'string'))
      }
    },
  },
  {
    says: 'puts the nearest owner first: what owns an owner is the rest of the chain, and nothing owns the topmost',
    async check(make) {
      const subject = await make()
      const chain = await chainOf(subject)
      for (const [index, { labels: _, ...owner }] of chain.entries()) {
        assert.deepEqual(await subject.topology.owners(owner, callContext()), chain.slice(index + 1))
      }
    },
  },
  {
    says: 'says the same when asked again, and changes nothing that it is given',
    async check(make) {
      const subject = await make()
      const owned = Object.freeze({ ...subject.owned })
      assert.deepEqual(await chainOf({ ...subject, owned }), await chainOf(subject))
    },
  },
  {
    says: 'does not say that nothing owns what it does not know',
    async check(make) {
      const { topology, unknown } = await make()
      assert.ok(unknown.length > 0, 'the subject must name something unknown')
      for (const resource of unknown) assert.equal(await topology.owners(resource, callContext()), undefined)
    },
  },
  {
    says: 'throws unavailable when its source cannot be reached',
    async check(make) {
      const { unreachable, owned } = await make()
      await rejectsWith(needed(unreachable, 'unreachable').owners(owned, callContext()), 'unavailable')
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const reason = new Error('enough')
      const asked = chainOf(await make(), callContext({ signal: AbortSignal.abort(reason) }))
      await assert.rejects(asked, (error) => error === reason)
    },
  },
  {
    says: 'throws rejected for refused credentials and never shows them',
    async check(make) {
      const { rejected, secret, owned } = await make()
      const error = await rejectsWith(needed(rejected, 'rejected').owners(owned, callContext()), 'rejected')
      leaksNot(error, needed(secret, 'secret'))
    },
  },
]

async function chainOf(
  { topology, owned }: Pick<TopologySubject, 'topology' | 'owned'>,
  ctx: CallContext = callContext(),
): Promise<readonly LabelledResource[]> {
  return needed(await topology.owners(owned, ctx), 'owned')
}
