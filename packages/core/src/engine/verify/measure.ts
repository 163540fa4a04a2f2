import type { Execution, MeasureReading } from '../../model/execution.ts'
import { type LabelledResource, resourceKey } from '../../model/resource.ts'
import type { Check, CheckInput, CheckResult } from '../../ports/check.ts'
import { understandApplies, understandCheckResult } from '../answers/check-result.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'
import { heardAt } from './heard-at.ts'
import { newAlerts } from './new-alerts.ts'

/** What one check said about one target. */
export interface CheckReading {
  readonly check: Check
  /** `resourceKey` of the target. */
  readonly target: string
  readonly result: CheckResult
}

/** Asks every check that applies how things are since an effect. */
export async function checkSince(parts: Parts, view: StepView, execution: Execution): Promise<readonly CheckReading[]> {
  const { target, intentAt: since } = execution
  const heard = await heardAt(parts, view, since)
  return runChecks(parts, view, {
    ...questionOn(view, target),
    since,
    newAlerts: await newAlerts(parts, view, execution),
    ...(heard !== undefined && { heardAt: heard }),
  })
}

function questionOn(view: StepView, target: LabelledResource): CheckInput {
  return { incident: viewOf(view.incident), target, symptoms: view.symptoms }
}

/** Runs every check that applies. A check that fails says `unknown`: no data is never success. */
async function runChecks(parts: Parts, view: StepView, input: CheckInput): Promise<readonly CheckReading[]> {
  const readings = await Promise.all(parts.checks.map((check) => runCheck(parts, view, check, input)))
  return readings.filter((reading) => reading !== undefined)
}

/** The measures of the health checks now, to compare with later. How many alerts fire says nothing about health. */
export async function measure(
  parts: Parts,
  view: StepView,
  target: LabelledResource,
): Promise<readonly MeasureReading[]> {
  const readings = await runChecks(parts, view, questionOn(view, target))
  return readings.flatMap(({ check, target: key, result }) =>
    check.kind === 'health' && result.measure ? [{ check: check.id, target: key, ...result.measure }] : [],
  )
}

async function runCheck(
  parts: Parts,
  view: StepView,
  check: Check,
  input: CheckInput,
): Promise<CheckReading | undefined> {
  const target = resourceKey(input.target)
  const what = `check ${check.id}`
  try {
    if (!understandApplies(what, check.applies(input))) return undefined
    const answer = await callPort(parts, what, view.ctx, (ctx) => check.check(input, ctx))
    return { check, target, result: understandCheckResult(what, answer) }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.metrics.count('mendkit_check_failures_total', { check: check.id })
    parts.log.warn(describeFailure(`${what} failed`, error))
    return { check, target, result: { verdict: 'unknown', because: 'the check failed' } }
  }
}
