import { type Fault, faultRuleOf } from './fault.ts'
import type { Pod, PodContainer } from './pod.ts'

/** Decides which pods of an owner have a fault that only a share of them has. */
export interface FaultShares {
  /** Called once for each container of each pod, in the order in which pods start. */
  faultOf(pod: Pod, container: PodContainer): Fault
  /** The pod is on its way out: its replacement, which starts beside it, may have its share of the fault. */
  leave(podUid: string): void
  /** The pod is gone. */
  forget(podUid: string): void
}

interface Group {
  /** How many pods this owner has ever had. */
  seen: number
  /** Those that are not gone yet. */
  readonly pods: Set<string>
  /** Those that are not on their way out. */
  readonly present: Set<string>
  readonly faulty: Set<string>
}

/** Starts with no pods. */
export function faultShares(): FaultShares {
  const groups = new Map<string, Group>()
  function leave(podUid: string): void {
    for (const group of groups.values()) {
      group.faulty.delete(podUid)
      group.present.delete(podUid)
    }
  }
  return {
    faultOf(pod, container) {
      const rule = faultRuleOf(container)
      if (!rule.share) return rule.fault
      const owner = pod.metadata.ownerReferences.find((reference) => reference.controller)?.uid ?? pod.metadata.uid
      const key = `${owner}/${container.name}`
      const group = groups.get(key) ?? { seen: 0, pods: new Set(), present: new Set(), faulty: new Set() }
      groups.set(key, group)
      const ordinal = group.seen
      group.seen += 1
      group.pods.add(pod.metadata.uid)
      group.present.add(pod.metadata.uid)
      const { count, of } = rule.share
      const hit =
        rule.fault === 'wedged'
          ? ordinal >= of - count && ordinal < of
          : group.faulty.size < Math.floor((group.present.size * count) / of)
      if (!hit) return 'none'
      group.faulty.add(pod.metadata.uid)
      return rule.fault
    },
    leave,
    forget(podUid) {
      leave(podUid)
      for (const [key, group] of groups) {
        // An owner's count begins anew only when the last of its pods is gone, not when the last is on its way out.
        if (group.pods.delete(podUid) && group.pods.size === 0) groups.delete(key)
      }
    },
  }
}
