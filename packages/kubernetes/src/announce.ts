import { type CallContext, MendkitError, type Resource } from '@mendkit/core'
import { referenceOf } from './cluster-reader.ts'
import { actingClient } from './guard.ts'
import { failureOf } from './kubernetes-failure.ts'
import type { Scope } from './options.ts'

/** Leaves an Event on an effect's target, so that whoever looks there sees who was at work. Saying it twice is saying it once. */
export async function announceEffect(
  scope: Scope,
  effect: {
    readonly executionId: string
    readonly incident: { readonly id: string }
    readonly target: Resource
    readonly mintedAt: number
  },
  said: { readonly reason: string; readonly message: string },
  context: CallContext,
): Promise<void> {
  const { executionId, incident, target, mintedAt } = effect
  if (target.uid === undefined) return
  const event = {
    // Names of Events are lower-case; the execution's id makes it this one.
    name: `${target.name}.${executionId.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-')}`,
    about: { ...referenceOf(target), uid: target.uid },
    type: 'Normal',
    reason: said.reason,
    message: `${said.message} (incident ${incident.id}, execution ${executionId})`,
    at: `${new Date(mintedAt).toISOString().slice(0, 19)}Z`,
  } as const
  try {
    await actingClient(scope).createEvent(event, { executionId }, context)
  } catch (error) {
    const known = MendkitError.is(error, 'conflict') && failureOf(error)?.reason === 'AlreadyExists'
    if (!known) throw error
  }
}
