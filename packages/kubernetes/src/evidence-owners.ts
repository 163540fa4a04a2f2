import type { CallContext, Reading } from '@mendkit/core'
import { describeResource } from '@mendkit/core'
import { readSubject, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
import type { Scope } from './options.ts'
import { ownersOf } from './topology.ts'

/** The chain of controllers of an object. */
export async function readOwners(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  const object = await readSubject(scope, subject, context)
  const resource = resourceOf(scope, object)
  const owners = await ownersOf(scope, object, context)
  const list = factsAbout(resource)
  list.is('owners.controlled', 'spec', owners.length > 0)
  owners.forEach((owner, index) => {
    list.is(`owners.${index + 1}`, 'spec', describeResource(owner))
  })
  return { facts: list.facts, resource }
}
