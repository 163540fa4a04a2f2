import type { IncidentReason } from '../../model/incident.ts'
import type { Phase } from '../../model/phase.ts'

const readOn = 'read the timeline of the incident'
const again = 'then ask for a new diagnosis, or close the incident'

const ofIncident = `nothing was changed; ${readOn}, or raise \`settings.models.perIncident\`, ${again}`
const ofDay = `nothing was changed; ${readOn}, or wait until midnight UTC or raise \`settings.models.perDay\`, ${again}`

const byReason: Readonly<Partial<Record<IncidentReason, string>>> = {
  'no-diagnosis': `nothing was changed; look at the evidence in the timeline, and add a rule for this cause`,
  'no-action': `nothing was changed; fix the cause by hand, or add an action for it`,
  'rule-hands-over': `nothing was changed; ${readOn} and decide`,
  denied: `nothing was changed; fix the cause by hand, or change the policies, ${again}`,
  rejected: `nothing was changed; fix the cause by hand, ${again}`,
  'void-too-often': `nothing was changed; somebody else keeps changing the object: find out who, ${again}`,
  'diagnosed-too-often': `the symptoms keep changing; ${readOn} and decide`,
  'approval-expired': `nothing was changed; fix the cause by hand, or ask for a new diagnosis to be asked again`,
  'not-recovered': `the change was left in place; ${readOn} and look for another cause`,
  undone: `the change was taken back; ${readOn} and look for another cause`,
  'undo-impossible': `look at the object now and put it right by hand: the change is still in place`,
  'execution-failed': `the change was refused and not made; remove what refused it, ${again}`,
  'not-anchored': `the change was not made; make an anchor sink work again, ${again}`,
  'outcome-unknown': `look whether the change was made, and say so with executions.settle: until then its locks are held`,
  'preview-failed': `nothing was changed; remove what keeps the preview from working, ${again}`,
  blocked: `nothing was changed; look at what holds it up, settle or close that, ${again}`,
  'analysis-failed': `nothing was changed; repair the analyzer or what it reads, ${again}`,
  'spent-incident-tokens': ofIncident,
  'spent-incident-calls': ofIncident,
  'spent-incident-time': ofIncident,
  'spent-incident-money': ofIncident,
  'spent-day-tokens': ofDay,
  'spent-day-calls': ofDay,
  'spent-day-time': ofDay,
  'spent-day-money': ofDay,
  'step-failed': `nothing more is done about it by itself; repair what fails, ${again}`,
}

const byPhase: Readonly<Partial<Record<Phase, string>>> = {
  resolved: 'nothing; it closes by itself when it stays well',
  closed: 'nothing',
  suggested: 'carry it out by hand, or raise `autonomy` for its scope',
}

/** What people should do about an incident that has come to a phase for a reason. */
export function adviceFor(to: Phase, reason: IncidentReason | undefined): string {
  return (reason === undefined ? undefined : byReason[reason]) ?? byPhase[to] ?? readOn
}
