import type { RecordedChange } from '../../model/evidence.ts'
import type { Precedent } from '../../model/precedent.ts'
import type { Redacted } from '../../model/redacted.ts'
import { describeResource, type Resource } from '../../model/resource.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import type { Handles } from './handles.ts'
import { joinRedacted } from './join-redacted.ts'
import { precedentLines } from './precedent-lines.ts'
import { shownName, shownValue, since } from './shown-text.ts'
import { signatureOf } from './signature.ts'

/** Symptoms and changes that are told one by one. */
const mostSymptoms = 15
const mostChanges = 10

/** What the first turn is made of beside what the investigation says itself. */
export interface Material {
  readonly evidence: Redacted
  readonly precedents: readonly Precedent[]
  readonly handles: Handles
  /** Marks what outsiders may have written. */
  readonly nonce: string
}

/** The first turn: the incident, its symptoms, what changed, the evidence, what helped before, and what may be proposed. */
export function questionOf(investigation: Investigation, material: Material): Redacted {
  const { evidence, precedents, handles, nonce } = material
  const about = subjects(investigation, handles)
  const changed = changes(investigation, handles)
  // What was read and told by now has its handles; what is listed is what can be named.
  const objects = handles.given().map(({ handle, resource, seen }) => {
    return `${handle} ${nameOf(resource)}${seen ? '' : ' (not read; no action on it)'}`
  })
  const before = precedentLines(precedents, investigation, nonce)
  const sections = [
    ['Symptoms', about.map(redact)],
    ['Recorded changes', changed.map(redact)],
    ['Objects', objects.map(redact)],
    ['Evidence', [evidence]],
    ['Earlier incidents of this sort', before],
    ['Actions that may be proposed', actions(investigation).map(redact)],
  ] as const
  return joinRedacted(
    sections.flatMap(([title, lines]) => {
      return lines.length === 0 ? [] : [message`## ${title}`, ...lines]
    }),
  )
}

function subjects({ incident, symptoms }: Investigation, handles: Handles): readonly string[] {
  const own = incident.resource && handles.of(incident.resource)
  const lines = symptoms.slice(0, mostSymptoms).map(({ alertname, resource, firing, total }) => {
    const on = resource && handles.of(resource)
    return `${shownName(alertname)}${on === undefined ? '' : ` on ${on}`}: ${firing} firing of ${total}`
  })
  const more = symptoms.length - lines.length
  return [
    ...(own === undefined ? [] : [`The incident is about ${own}.`]),
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

function changes({ incident, changes: all }: Investigation, handles: Handles): readonly string[] {
  const latest = all.toSorted((a, b) => b.at - a.at).slice(0, mostChanges)
  return latest.map(
    (change) => `@${since(change.at, incident.openedAt)} ${shownName(change.kind)}${onWhat(change, handles)}`,
  )
}

function onWhat({ resource }: RecordedChange, handles: Handles): string {
  return resource === undefined ? '' : ` of ${handles.of(resource) ?? nameOf(resource)}`
}

function actions({ catalogue }: Investigation): readonly string[] {
  return catalogue.map(({ type, risk, description, params }) => {
    return `${type} (${risk} risk) ${signatureOf(params)}: ${description}`
  })
}

function nameOf(resource: Resource): string {
  const name = describeResource(resource)
  return /^[\w .:/-]{1,320}$/.test(name) ? name : shownValue(name)
}
