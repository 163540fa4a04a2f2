import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import { type AutonomyLevel, autonomyLevels } from '../../model/autonomy.ts'
import type { Plan } from '../../model/plan.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import type { Policy } from '../../ports/policy.ts'
import { type PolicyVerdict, type SimulatedDecision, simulate } from '../decide/simulate.ts'
import { assertPolicies } from './assert-policies.ts'
import type { Engine } from './engine.ts'
import { idShape, limitShape, momentShape } from './input-shapes.ts'
import { assertOptions } from './options.ts'
import { parseFields } from './parse-input.ts'
import { assertStretch } from './report.ts'

/** Which plans to judge again, newest first. */
export interface PolicySimulationQuery {
  /** Plans made then or later, ISO 8601. */
  readonly since: string
  /** Plans made before then, ISO 8601. @default now */
  readonly until?: string
  /** Only plans that are older than this one: `after` of the answer before. */
  readonly after?: string
  /** Plans of one answer, 1 to 1,000. @default 1_000 */
  readonly limit?: number
  /** The autonomy level that policies are told. @default the one that was in force for each plan */
  readonly autonomy?: AutonomyLevel
}

/** What other policies would have done. */
export interface PolicySimulation {
  /** Newest first. */
  readonly rows: readonly SimulatedDecision[]
  readonly totals: {
    readonly plans: number
    /** Plans of which the verdict would be another one. */
    readonly changed: number
    readonly was: Readonly<Record<PolicyVerdict, number>>
    readonly wouldBe: Readonly<Record<PolicyVerdict, number>>
    /** Plans that could not be judged again, because their incident is gone or does not read back. */
    readonly leftOut: number
  }
  /** False when more happened in that time than is read, 10,000 executions or incidents: policies that count then asked. */
  readonly complete: boolean
  /** Give it as `after` for the next answer. Absent: there are no older plans in that time. */
  readonly after?: string
}

const pageSize = 100
/** How far the clocks that made two ids may be apart. */
const clockMarginMs = 3_600_000

const queryShape = once(() =>
  z.strictObject({
    since: momentShape(),
    until: momentShape().optional(),
    after: idShape().optional(),
    limit: limitShape().optional(),
    autonomy: z.enum(autonomyLevels).optional(),
  }),
)

/** Judges the plans of one principal's tenant again. Reads only. */
export async function simulatePolicy(
  engine: Engine,
  { tenant }: Principal,
  policies: readonly Policy[],
  query: PolicySimulationQuery,
): Promise<PolicySimulation> {
  const { parts } = engine
  if (!Array.isArray(policies))
    throw new MendkitError('config', 'policies: expected a list of them', { path: 'policies' })
  assertOptions({ policies })
  assertPolicies(policies, parts.timeZones, parts.settings)
  const { limit = 1_000, autonomy, after, ...stretch } = parseFields('query', queryShape(), query)
  assertStretch({ since: stretch.since, until: stretch.until }, parts.clock.now())
  const { since, until = Number.POSITIVE_INFINITY } = stretch
  await engine.ready()
  const { plans, more } = await plansBetween(engine, tenant, { since, until, limit, after })
  const { decisions, complete } = await simulate(
    parts,
    { policies, ...(autonomy && { autonomy }) },
    plans,
    engine.context(),
  )
  const rows = decisions.filter((row) => row !== undefined)
  const last = plans.at(-1)
  return {
    rows,
    totals: {
      plans: rows.length,
      changed: rows.filter(({ was, wouldBe }) => was !== wouldBe).length,
      was: counted(rows.map(({ was }) => was)),
      wouldBe: counted(rows.map(({ wouldBe }) => wouldBe)),
      leftOut: plans.length - rows.length,
    },
    complete,
    ...(more && last && { after: last.id }),
  }
}

async function plansBetween(
  { parts, context }: Engine,
  tenant: string,
  wanted: {
    readonly since: number
    readonly until: number
    readonly limit: number
    readonly after: string | undefined
  },
): Promise<{ readonly plans: readonly Plan[]; readonly more: boolean }> {
  const plans: Plan[] = []
  for (let after = wanted.after; ; ) {
    const query = { tenant, descending: true, limit: pageSize, ...(after !== undefined && { after }) } as const
    const page = await parts.store.list('plan', query, context())
    for (const plan of page) {
      if (plan.at < wanted.since || plan.at >= wanted.until) continue
      if (plans.length === wanted.limit) return { plans, more: true }
      plans.push(plan)
    }
    const oldest = page.at(-1)
    if (page.length < pageSize || oldest === undefined || oldest.at < wanted.since - clockMarginMs) {
      return { plans, more: false }
    }
    after = oldest.id
  }
}

function counted(verdicts: readonly PolicyVerdict[]): Record<PolicyVerdict, number> {
  const totals = { allow: 0, ask: 0, deny: 0 }
  for (const verdict of verdicts) totals[verdict] += 1
  return totals
}
