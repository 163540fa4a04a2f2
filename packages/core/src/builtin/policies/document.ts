import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Risk } from '../../model/plan.ts'
import { once } from '../../once.ts'
import type { CalendarWindow, Policy } from '../../ports/policy.ts'
import { type BlastRadiusCapOptions, blastRadiusCap, blastRadiusCapFields } from './blast-radius-cap.ts'
import {
  type CooldownOptions,
  cooldown,
  cooldownFields,
  type RateLimitOptions,
  rateLimit,
  rateLimitFields,
  tooMuchBroken,
  tooMuchBrokenFields,
} from './rates.ts'
import {
  type AskOptions,
  allowUpTo,
  allowUpToFields,
  askAbove,
  askAboveFields,
  riskCeiling,
  riskCeilingFields,
} from './risk.ts'
import { type RiskCeilings, type RiskCeilingsOptions, riskCeilings, riskCeilingsFields } from './risk-ceilings.ts'
import {
  allowAction,
  allowActionFields,
  onlyInNamespaces,
  onlyInNamespacesFields,
  onlyKinds,
  onlyKindsFields,
  onlyLabelled,
  onlyLabelledFields,
} from './targets.ts'
import { changeFreeze, changeFreezeFields, type Freeze, onlyDuring, onlyDuringFields } from './times.ts'

const kind = <Kind extends string>(name: Kind) => ({ kind: z.literal(name) })

const entry = once(() =>
  z.discriminatedUnion('kind', [
    allowUpToFields.extend(kind('allow-up-to')),
    askAboveFields.extend(kind('ask-above')),
    riskCeilingFields.extend(kind('risk-ceiling')),
    riskCeilingsFields.extend(kind('risk-ceilings')),
    allowActionFields.extend(kind('allow-action')),
    onlyInNamespacesFields.extend(kind('only-in-namespaces')),
    onlyKindsFields.extend(kind('only-kinds')),
    onlyLabelledFields.extend(kind('only-labelled')),
    onlyDuringFields.extend(kind('only-during')),
    changeFreezeFields.extend(kind('change-freeze')),
    rateLimitFields.extend(kind('rate-limit')),
    cooldownFields.extend(kind('cooldown')),
    tooMuchBrokenFields.extend(kind('too-much-broken')),
    blastRadiusCapFields.safeExtend(kind('blast-radius-cap')),
  ]),
)

const document = once(() => z.strictObject({ version: z.literal(1), policies: z.array(entry()).max(1_000) }))

/** Policies as data: what `policiesFrom` takes. */
export interface PolicyDocument {
  readonly version: 1
  /** At most 1,000. */
  readonly policies: readonly PolicyDocumentEntry[]
}

/** One policy of a document: the kind is the name of a function, and the fields are what it takes. */
export type PolicyDocumentEntry =
  | { readonly kind: 'allow-up-to'; readonly risk: Risk }
  | ({ readonly kind: 'ask-above'; readonly risk: Risk } & AskOptions)
  | { readonly kind: 'risk-ceiling'; readonly risk: Risk; readonly scope?: string }
  | ({ readonly kind: 'risk-ceilings' } & RiskCeilings & RiskCeilingsOptions)
  | { readonly kind: 'allow-action'; readonly type: string; readonly selector?: string }
  | { readonly kind: 'only-in-namespaces'; readonly names: readonly string[] }
  | { readonly kind: 'only-kinds'; readonly kinds: readonly string[] }
  | { readonly kind: 'only-labelled'; readonly selector: string }
  | ({ readonly kind: 'only-during'; readonly otherwise?: 'ask' | 'deny' } & CalendarWindow)
  | { readonly kind: 'change-freeze'; readonly freezes: readonly Freeze[] }
  | ({ readonly kind: 'rate-limit' } & RateLimitOptions)
  | ({ readonly kind: 'cooldown' } & CooldownOptions)
  | { readonly kind: 'too-much-broken'; readonly incidents: number; readonly withinMs: number }
  | ({ readonly kind: 'blast-radius-cap' } & BlastRadiusCapOptions)

/**
 * Makes policies of a document, such as `{ version: 1, policies: [{ kind: 'allow-up-to', risk: 'low' }] }`, in its order.
 * Every built-in policy has a kind. Throws `config` with the path of the first field that is wrong, such as
 * `policies.2.risk`; unknown kinds and fields are wrong.
 */
export function policiesFrom(given: unknown): readonly Policy[] {
  const parsed = document().safeParse(given)
  if (!parsed.success) throw refusal(parsed.error.issues[0])
  return parsed.data.policies.map((one, index) => {
    try {
      return policyOf(one)
    } catch (error) {
      if (!MendkitError.is(error, 'config') || error.path === undefined) throw error
      const path = `policies.${index}.${error.path}`
      throw new MendkitError('config', `policies.${index}: ${error.message}`, { path, cause: error })
    }
  })
}

/** The JSON Schema (draft 2020-12) of a policy document, for editors and for checks before it is rolled out. */
export function policyDocumentSchema(): JsonObject {
  return z.toJSONSchema(document(), { io: 'input' }) as JsonObject
}

function policyOf(one: z.output<ReturnType<typeof entry>>): Policy {
  switch (one.kind) {
    case 'allow-up-to':
      return allowUpTo(one.risk)
    case 'ask-above': {
      const { kind: _, risk, ...options } = one
      return askAbove(risk, options)
    }
    case 'risk-ceiling': {
      const { kind: _, risk, ...options } = one
      return riskCeiling(risk, options)
    }
    case 'risk-ceilings': {
      const { kind: _, auto, approve, ...options } = one
      return riskCeilings({ ...(auto && { auto }), ...(approve && { approve }) }, options)
    }
    case 'allow-action':
      return allowAction(one.type, one.selector)
    case 'only-in-namespaces':
      return onlyInNamespaces(...one.names)
    case 'only-kinds':
      return onlyKinds(...one.kinds)
    case 'only-labelled':
      return onlyLabelled(one.selector)
    case 'only-during': {
      const { kind: _, ...options } = one
      return onlyDuring(options)
    }
    case 'change-freeze':
      return changeFreeze(...one.freezes)
    case 'rate-limit': {
      const { kind: _, ...options } = one
      return rateLimit(options)
    }
    case 'cooldown': {
      const { kind: _, ...options } = one
      return cooldown(options)
    }
    case 'too-much-broken': {
      const { kind: _, ...options } = one
      return tooMuchBroken(options)
    }
    case 'blast-radius-cap': {
      const { kind: _, ...options } = one
      return blastRadiusCap(options)
    }
  }
}

function refusal(issue: z.core.$ZodIssue | undefined): MendkitError {
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...(issue?.path ?? []), ...extra].join('.') || 'document'
  const known = entry().options.map((option) => option.shape.kind.value)
  const isKind = issue?.path.length === 3 && issue.path[2] === 'kind'
  const problem = isKind ? `there is no such kind; the kinds are ${known.join(', ')}` : issue?.message
  return new MendkitError('config', `the policy document is wrong: ${path}: ${problem ?? 'is not valid'}`, { path })
}
