import type { Execution, MeasureReading } from '../../model/execution.ts'
import { type LabelledResource, resourceKey } from '../../model/resource.ts'
import type { Check, CheckInput, CheckResult } from '../../ports/check.ts'
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
function runChecks(parts: Parts, view: StepView, input: CheckInput): Promise<readonly CheckReading[]> {
  return Promise.all(
    parts.checks.filter((check) => check.applies(input)).map((check) => runCheck(parts, view, check, input)),
  )
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

async function runCheck(parts: Parts, view: StepView, check: Check, input: CheckInput): Promise<CheckReading> {
  const target = resourceKey(input.target)
  try {
    return {
      check,
      target,
      result: await callPort(parts, `check ${check.id}`, view.ctx, (ctx) => check.check(input, ctx)),
    }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.metrics.count('mendkit_check_failures_total', { check: check.id })
    parts.log.warn(describeFailure(`check ${check.id} failed`, error))
    return { check, target, result: { verdict: 'unknown', because: 'the check failed' } }
  }
}
