import { z } from 'zod'
import { higherRisk, type PlannedAction, type Risk } from '../../model/plan.ts'
import { describeResource } from '../../model/resource.ts'
import type { Policy } from '../../ports/policy.ts'
import { ms, readPolicy, risk as riskField, words } from './read.ts'
import { inScope, plansIn, scope } from './scope.ts'

/** Whom `askAbove` asks, and for how long. */
export interface AskOptions {
  /** Ids of principals, or roles. @default ['approver'] */
  readonly approvers?: readonly string[]
  /** How many different principals of these must approve, 1 to 100. @default 1 */
  readonly quorum?: number
  /** @default settings.approval.expiresInMs */
  readonly expiresInMs?: number
}

/** The options of `allowUpTo`, as a document gives them. */
export const allowUpToFields = z.strictObject({ risk: riskField })
/** The options of `askAbove`, as a document gives them. */
export const askAboveFields = z.strictObject({
  risk: riskField,
  approvers: words.exactOptional(),
  quorum: z.int().min(1).max(100).exactOptional(),
  expiresInMs: ms.exactOptional(),
})
/** The options of `riskCeiling`, as a document gives them. */
export const riskCeilingFields = z.strictObject({ risk: riskField, scope: scope.exactOptional() })

/** Allows a plan whose every action has at most this risk; abstains from others. Throws `config`. */
export function allowUpTo(risk: Risk): Policy {
  readPolicy('allowUpTo', allowUpToFields, { risk })
  return {
    spec: 1,
    id: `allow-up-to:${risk}`,
    decide({ plan }) {
      const allowed = plan.actions.length > 0 && plan.actions.every((action) => atMost(action, risk))
      return allowed ? { kind: 'allow', because: `every action is of ${risk} risk at most` } : { kind: 'abstain' }
    },
  }
}

/**
 * Asks people about a plan with any action above this risk; abstains from others. Throws `config`, also for a quorum that
 * nobody could reach.
 */
export function askAbove(risk: Risk, options: AskOptions = {}): Policy {
  const { approvers = [], quorum = 1, expiresInMs } = readPolicy('askAbove', askAboveFields, { ...options, risk })
  return {
    spec: 1,
    id: [
      'ask-above',
      risk,
      ...approvers,
      ...(quorum === 1 ? [] : [`quorum-${quorum}`]),
      ...(expiresInMs === undefined ? [] : [`${expiresInMs} ms`]),
    ].join(':'),
    decide({ plan }) {
      const above = plan.actions.find((action) => !atMost(action, risk))
      return above === undefined
        ? { kind: 'abstain' }
        : { kind: 'ask', because: `${actionWords(above)} is of ${above.risk} risk`, ...options }
    },
  }
}

/**
 * Denies a plan with any action above this risk, whatever else allows it; abstains from others. `scope` narrows it to
 * `namespace:<name>` (what touches it, by target or blast radius) or `action:<type>`. Throws `config`.
 */
export function riskCeiling(risk: Risk, options: { /** @default everything */ readonly scope?: string } = {}): Policy {
  const { scope: where } = readPolicy('riskCeiling', riskCeilingFields, { ...options, risk })
  return {
    spec: 1,
    id: `risk-ceiling:${risk}${where === undefined ? '' : `:${where}`}`,
    ...plansIn(where),
    decide({ plan }) {
      const above = plan.actions.find((action) => inScope(action, where) && !atMost(action, risk))
      if (above === undefined) return { kind: 'abstain' }
      const place = where === undefined ? '' : ` in ${where}`
      return { kind: 'deny', because: `${actionWords(above)} is of ${above.risk} risk; the ceiling${place} is ${risk}` }
    },
  }
}

function atMost(action: PlannedAction, risk: Risk): boolean {
  return higherRisk(action.risk, risk) === risk
}

function actionWords({ type, target }: PlannedAction): string {
  return `${type} on ${describeResource(target)}`
}
