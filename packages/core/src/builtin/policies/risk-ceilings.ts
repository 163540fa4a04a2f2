import { z } from 'zod'
import { higherRisk, type PlannedAction, type Risk } from '../../model/plan.ts'
import { describeResource } from '../../model/resource.ts'
import type { Policy } from '../../ports/policy.ts'
import { readPolicy, risk } from './read.ts'
import { type AskOptions, askAboveFields } from './risk.ts'
import { inScope, plansIn, scope } from './scope.ts'

/** The highest risk at an autonomy level; one of them at least. */
export interface RiskCeilings {
  /** The highest risk that is carried out by itself where autonomy is `auto`. @default no ceiling */
  readonly auto?: Risk
  /** The highest risk that people may be asked about, where autonomy is `approve` or `auto`. @default no ceiling */
  readonly approve?: Risk
}

/** Where the ceilings of `riskCeilings` hold, and what lies above that of `auto`. */
export interface RiskCeilingsOptions extends AskOptions {
  /** `namespace:<name>` (what touches it, by target or blast radius) or `action:<type>`. @default everything */
  readonly scope?: string
  /** What is said above the ceiling of `auto`. Above that of `approve` it is always a denial. @default 'ask' */
  readonly otherwise?: 'ask' | 'deny'
}

/** The options of `riskCeilings`, as a document gives them. */
export const riskCeilingsFields = z.strictObject({
  auto: risk.exactOptional(),
  approve: risk.exactOptional(),
  scope: scope.exactOptional(),
  otherwise: z.enum(['ask', 'deny']).exactOptional(),
  ...askAboveFields.omit({ risk: true }).shape,
})

const checked = riskCeilingsFields.refine(({ auto, approve }) => auto !== undefined || approve !== undefined, {
  path: ['auto'],
  message: 'give a ceiling for auto, for approve, or for both',
})

/**
 * Caps the effective risk by the autonomy level in force: `riskCeilings({ auto: 'low', approve: 'medium' })` lets auto carry out
 * what is of low risk, asks people about what is of medium risk, and denies what is of high risk at either level. Abstains
 * where autonomy is `off` or `suggest`, because nothing is done there. Allows nothing by itself. Throws `config`.
 */
export function riskCeilings(ceilings: RiskCeilings, options: RiskCeilingsOptions = {}): Policy {
  const {
    auto,
    approve,
    scope: where,
    otherwise = 'ask',
    ...ask
  } = readPolicy('riskCeilings', checked, {
    ...options,
    ...ceilings,
  })
  const place = where === undefined ? '' : ` in ${where}`
  return {
    spec: 1,
    id: ['risk-ceilings', ...Object.entries({ auto, approve, otherwise, scope: where, ...ask }).flatMap(part)].join(
      ':',
    ),
    ...plansIn(where),
    decide({ plan, autonomy }) {
      if (autonomy !== 'auto' && autonomy !== 'approve') return { kind: 'abstain' }
      const above = (ceiling: Risk | undefined) =>
        plan.actions.find((action) => ceiling !== undefined && inScope(action, where) && exceeds(action, ceiling))
      const denied = above(approve)
      if (denied !== undefined) return { kind: 'deny', because: words(denied, 'approve', approve, place) }
      const asked = autonomy === 'auto' ? above(auto) : undefined
      if (asked === undefined) return { kind: 'abstain' }
      const because = words(asked, 'auto', auto, place)
      return otherwise === 'deny' ? { kind: 'deny', because } : { kind: 'ask', because, ...ask }
    },
  }
}

function part([name, value]: readonly [string, string | number | readonly string[] | undefined]): readonly string[] {
  return value === undefined ? [] : [`${name}=${String(value)}`]
}

function exceeds(action: PlannedAction, ceiling: Risk): boolean {
  return higherRisk(action.risk, ceiling) !== ceiling
}

function words(action: PlannedAction, level: string, ceiling: Risk | undefined, place: string): string {
  const what = `${action.type} on ${describeResource(action.target)} is of ${action.risk} risk`
  return `${what}; the ceiling of ${level}${place} is ${ceiling}`
}
