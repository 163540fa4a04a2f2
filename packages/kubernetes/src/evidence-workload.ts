import type { CallContext, Reading } from '@mendkit/core'
import { isWorkloadKind, readSubject, resourceOf, type Subject } from './cluster-reader.ts'
import { resourcesOf } from './container-resources.ts'
import { refuserFacts } from './evidence-refusals.ts'
import { factsAbout } from './facts.ts'
import { refusalIn } from './failure-words.ts'
import { kebab } from './kebab.ts'
import { managersOf } from './managed-by.ts'
import type { Scope } from './options.ts'
import { closedProbePort, configOf } from './parse-template.ts'
import { parseWorkload } from './parse-workload.ts'

/** Replica counts, conditions, memory limits and managers of a workload. */
export async function readWorkloadState(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  const object = await readSubject(scope, subject, context)
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  for (const manager of managersOf(object)) list.is(`workload.managed-by-${manager}`, 'spec', true)
  if (!isWorkloadKind(subject.kind)) return { facts: list.facts, resource }
  const { counts, paused, strategy, observed, progressing, refusal, template } = parseWorkload(object)
  for (const { kind, name } of configOf(template.spec)) list.is(`workload.reads.${kebab(kind)}.${name}`, 'spec', true)
  for (const container of template.spec.containers) {
    list.is(`container.${container.name}.cpu-limit`, 'spec', resourcesOf(container).limits.cpu ?? undefined)
    list.is(`container.${container.name}.probe-port-not-opened`, 'spec', closedProbePort(container))
    list.is(`container.${container.name}.memory-limit`, 'spec', resourcesOf(container).limits.memory ?? undefined)
  }
  list.is('workload.replicas-desired', 'spec', counts.desired)
  list.is('workload.replicas-ready', 'status', counts.ready)
  list.is('workload.replicas-available', 'status', counts.available)
  list.is('workload.replicas-updated', 'status', counts.updated)
  list.is('workload.all-available', 'status', counts.available >= counts.desired)
  list.is('workload.spec-observed', 'status', observed)
  list.is('workload.progressing-reason', 'status', progressing)
  list.is('workload.paused', 'spec', paused)
  list.is('workload.strategy', 'spec', strategy)
  const refused = refusal === undefined ? [] : [refusal]
  list.is('workload.pods-refused', 'status', refusalIn(refusal ?? '')?.what)
  return { facts: [...list.facts, ...refuserFacts(scope, subject.namespace, 'status', refused)], resource }
}
