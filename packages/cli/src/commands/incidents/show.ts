import { describeResource, type Incident } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { type PendingCommand, pendingCommands, pendingRow } from '../../store/pending-commands.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { type SwitchHolder, switchedBy } from '../../store/switched-by.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'
import { existingIncident } from './existing-incident.ts'

type Holder = SwitchHolder | null

/** What people told that stands beside the incident itself. */
interface Told {
  readonly holder: Holder
  readonly pendingCommands: readonly PendingCommand[]
}

/** `mendkit incidents show` */
export const showIncident: Command = {
  name: 'incidents show',
  summary: 'Where one incident stands, who has taken it over, and what was told that waits for a host.',
  takes: ['incident'],
  options: storeOptions,
  examples: ['mendkit incidents show inc_019c2f6e8a4d', 'mendkit incidents show inc_019c2f6e8a4d --json'],
  run: (call) =>
    reading(call, async ({ mendkit, store, by, ctx }) => {
      const id = call.args.positional(0)
      const incident = await existingIncident(mendkit, id, by)
      const holder = await switchedBy(store, by.tenant, `holder:${id}`, ctx)
      const told = { holder, pendingCommands: await pendingCommands(store, by.tenant, id, ctx) }
      return { json: { ...incident, ...told }, text: (screen) => incidentText(incident, told, screen) }
    }),
}

function incidentText(incident: Incident, { holder, pendingCommands: pending }: Told, screen: Screen): string {
  const { phase, reason, phaseSince, resource, mergedInto, diagnosisId, planId, approvalId } = incident
  const optional = (name: string, value: string | undefined) => (value === undefined ? [] : [[name, value] as const])
  return pairs(
    [
      ['Incident', incident.id],
      ['Title', incident.title],
      ['Phase', reason === undefined ? phase : `${phase} (${reason})`],
      ['In it since', momentWithAge(phaseSince, screen.now)],
      ['Opened', momentWithAge(incident.openedAt, screen.now)],
      ['Cluster', incident.cluster],
      ...optional('About', resource && describeResource(resource)),
      ...optional('Merged into', mergedInto),
      ...optional('Diagnosis', diagnosisId),
      ...optional('Plan', planId),
      ...optional('Approval', approvalId),
      ['Relapses', String(incident.relapses)],
      ['Had an effect', incident.hadEffect ? 'yes' : 'no'],
      ...optional('Models', modelsText(incident)),
      ['Taken over', [holder === null ? 'no' : holderText(holder, screen), ...untold(incident, holder)].join('\n')],
      ...optional('Paging', pagingText(incident, screen)),
      ...pendingRow(pending, screen),
    ],
    screen,
  )
}

/** What asking models about it has cost. */
function modelsText({ spending }: Incident): string | undefined {
  if (spending === undefined) return undefined
  const { calls, tokens, microUsd } = spending
  return `${calls} calls, ${tokens} tokens, USD ${(microUsd / 1_000_000).toFixed(4)}`
}

function holderText({ by, at, from, until }: SwitchHolder, screen: Screen): string {
  const parts = [
    `by ${by}`,
    ...(from === undefined ? [] : [`given by ${from}`]),
    momentWithAge(Date.parse(at), screen.now),
    ...(until === undefined ? [] : [`until ${momentWithAge(Date.parse(until), screen.now)}`]),
  ]
  return parts.join(', ')
}

/** Who has it holds at once; what follows from that is the next step of a host. */
function untold({ phase, heldBy }: Incident, holder: Holder): readonly string[] {
  const isKnown = heldBy?.at === (holder === null ? undefined : Date.parse(holder.at))
  return phase === 'closed' || isKnown ? [] : ['a host has yet to tell people, and to take back what it asked']
}

/** Who was called last, and when the next will be. */
function pagingText({ escalation }: Incident, screen: Screen): string | undefined {
  if (escalation === undefined || escalation.kind === 'held') return undefined
  if (escalation.kind === 'unanswered') return 'nobody answered any page'
  const { step, dueAt } = escalation
  const last =
    step === undefined ? 'everybody' : `tier ${step.tier} of ${step.tiers}, round ${step.round} of ${step.rounds}`
  return `${last}; the next ${momentWithAge(dueAt, screen.now)}`
}
