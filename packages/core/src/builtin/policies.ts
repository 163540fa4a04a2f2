import { MendkitError } from '../errors.ts'
import { higherRisk, type PlannedAction, type Risk } from '../model/plan.ts'
import { describeResource } from '../model/resource.ts'
import type { Policy } from '../ports/policy.ts'
import { labelSelector } from './label-selector.ts'

/** Whom `askAbove` asks, and for how long. */
export interface AskOptions {
  /** Ids of principals, or roles. @default ['approver'] */
  readonly approvers?: readonly string[]
  /** How many different principals of these must approve, 1 to 100. @default 1 */
  readonly quorum?: number
  /** @default settings.approval.expiresInMs */
  readonly expiresInMs?: number
}

/** Allows a plan whose every action has at most this risk; abstains from others. */
export function allowUpTo(risk: Risk): Policy {
  assertRisk(risk, 'allowUpTo')
  return {
    spec: 1,
    id: `allow-up-to:${risk}`,
    decide({ plan }) {
      const allowed = everyAction(plan.actions, (action) => atMost(action, risk))
      return allowed ? { kind: 'allow', because: `every action is of ${risk} risk at most` } : { kind: 'abstain' }
    },
  }
}

/**
 * Allows a plan whose every action is of this type, on targets whose labels the selector selects; abstains from others.
 * The selector has the syntax of Kubernetes label selectors; without one every target counts. Throws `config` for a
 * selector that cannot be understood.
 */
export function allowAction(type: string, selector = ''): Policy {
  const selects = labelSelector(selector)
  const where = selector === '' ? '' : ` where ${selector}`
  return {
    spec: 1,
    id: `allow-action:${type}${selector === '' ? '' : `:${selector}`}`,
    decide({ plan }) {
      const allowed = everyAction(plan.actions, (action) => action.type === type && selects(action.target.labels))
      return allowed ? { kind: 'allow', because: `${type} is allowed${where}` } : { kind: 'abstain' }
    },
  }
}

/**
 * Asks people about a plan with any action above this risk; abstains from others. Throws `config` for a quorum that nobody
 * could reach.
 */
export function askAbove(risk: Risk, options: AskOptions = {}): Policy {
  assertRisk(risk, 'askAbove')
  assertQuorum(options.quorum)
  return {
    spec: 1,
    id: ['ask-above', risk, ...(options.approvers ?? []), ...quorumName(options.quorum)].join(':'),
    decide({ plan }) {
      const above = plan.actions.find((action) => !atMost(action, risk))
      if (above === undefined) return { kind: 'abstain' }
      return {
        kind: 'ask',
        because: `${above.type} on ${describeResource(above.target)} is of ${above.risk} risk`,
        ...options,
      }
    },
  }
}

/** Denies a plan that touches, by target or blast radius, anything outside these namespaces; abstains from others. */
export function onlyInNamespaces(...names: readonly string[]): Policy {
  if (names.length === 0)
    throw new MendkitError('config', 'onlyInNamespaces needs at least one namespace', { path: 'names' })
  return {
    spec: 1,
    id: `only-in-namespaces:${names.join(',')}`,
    decide({ plan }) {
      const touched = plan.actions.flatMap((action) => [action.target, ...action.blastRadius.resources])
      const outside = touched.find((resource) => !names.some((name) => name === resource.namespace))
      if (outside === undefined) return { kind: 'abstain' }
      return { kind: 'deny', because: `${describeResource(outside)} is outside ${names.join(', ')}` }
    },
  }
}

/** A plan without actions is never allowed. */
function everyAction(actions: readonly PlannedAction[], holds: (action: PlannedAction) => boolean): boolean {
  return actions.length > 0 && actions.every(holds)
}

function atMost(action: PlannedAction, risk: Risk): boolean {
  return higherRisk(action.risk, risk) === risk
}

function quorumName(quorum = 1): readonly string[] {
  return quorum === 1 ? [] : [`quorum-${quorum}`]
}

function assertQuorum(quorum = 1): void {
  if (Number.isInteger(quorum) && quorum >= 1 && quorum <= 100) return
  const text = `askAbove: quorum: must be a whole number from 1 to 100, not ${String(quorum)}`
  throw new MendkitError('config', text, { path: 'quorum' })
}

function assertRisk(risk: Risk, who: string): void {
  if (!['low', 'medium', 'high'].includes(risk)) {
    throw new MendkitError('config', `${who} takes low, medium or high, not ${String(risk)}`, { path: 'risk' })
  }
}
