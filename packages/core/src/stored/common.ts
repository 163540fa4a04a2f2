import type { ApproverGroup } from '../model/approver-group.ts'
import type { Holder, PageStep } from '../model/escalation.ts'
import type { Principal } from '../model/principal.ts'
import type { Redacted } from '../model/redacted.ts'
import type { LabelledResource, Resource } from '../model/resource.ts'
import { field, list, number, object, optional, record, text, whole } from './field.ts'

/** What every document has. */
export const identity = { tenant: text, id: text, revision: whole }

/**
 * Text that has passed the redactor. Only such text is ever stored, so what comes back from a store is taken at its word
 * here and nowhere else; redacting it again could change text that a digest was made of.
 */
export const redacted = field((value): value is Redacted => typeof value === 'string')

const resourceShape = {
  cluster: text,
  apiVersion: text,
  kind: text,
  namespace: optional(text),
  name: text,
  uid: optional(text),
}

/** An object of the world. */
export const resource = object<Resource>(resourceShape)

/** An object of the world with its labels. */
export const labelledResource = object<LabelledResource>({ ...resourceShape, labels: record(text) })

/** Who gave a command. */
export const principal = object<Principal>({ id: text, roles: list(text), tenant: text, via: text })

/** Of whom how many must approve. */
export const approverGroup = object<ApproverGroup>({ names: list(redacted), count: whole })

/** Who has taken an incident over. */
export const holder = object<Holder>({ by: text, at: number, from: optional(text), until: optional(number) })

/** Which page of an escalation policy something is. */
export const pageStep = object<PageStep>({ policy: text, tier: whole, tiers: whole, round: whole, rounds: whole })
