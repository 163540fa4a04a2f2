import type { Symptom } from '../model/alert.ts'
import { describeResource, resourceKey } from '../model/resource.ts'
import type { Check, CheckInput, CheckResult } from '../ports/check.ts'

/**
 * Says whether what alerted about the target is gone: `good` when none of its alerts fires or is suppressed any more,
 * `bad` while one fires, or one that began since the effect fires on anything that the effect may have touched. Alerts
 * that are merely suppressed, and sources that have said nothing since the effect, are `unknown`. Alerts whose object
 * could not be told count as the target's own; when no alert names the target at all, every alert of the incident does.
 */
export function alertCleared(): Check {
  return {
    spec: 1,
    id: 'alert-cleared',
    kind: 'symptom',
    applies: ({ symptoms }) => symptoms.length > 0,
    async check(input, { signal }) {
      signal.throwIfAborted()
      return verdictOf(input)
    },
  }
}

function verdictOf(input: CheckInput): CheckResult {
  const own = symptomsOf(input)
  const firing = sum(own, 'firing')
  const suppressed = sum(own, 'suppressed')
  const measure = { name: 'alerts-firing', value: firing, better: 'lower' as const }
  const { newAlerts = [] } = input
  if (newAlerts.length > 0) {
    const what = [...new Set(newAlerts.map((each) => `${each.alertname} on ${describeResource(each.resource)}`))]
    const because = `${newAlerts.length} alerts began since the effect: ${what.sort().join(', ')}`
    return { verdict: 'bad', because, measure }
  }
  if (isSilent(input)) return { verdict: 'unknown', because: 'no source reported on these alerts since the effect' }
  if (firing > 0) return { verdict: 'bad', because: `${firing} alerts fire: ${names(own, 'firing')}`, measure }
  if (suppressed > 0) {
    return { verdict: 'unknown', because: `${suppressed} alerts are suppressed: ${names(own, 'suppressed')}`, measure }
  }
  return { verdict: 'good', because: `all cleared: ${names(own, 'total')}`, measure }
}

function isSilent({ since, heardAt }: CheckInput): boolean {
  return since !== undefined && (heardAt === undefined || heardAt <= since)
}

function symptomsOf({ symptoms, target }: CheckInput): readonly Symptom[] {
  const key = resourceKey(target)
  const named = symptoms.some((symptom) => symptom.resourceKey === key)
  return named ? symptoms.filter((symptom) => symptom.resourceKey === key || symptom.resourceKey === '') : symptoms
}

function sum(symptoms: readonly Symptom[], count: 'firing' | 'suppressed'): number {
  return symptoms.reduce((total, symptom) => total + symptom[count], 0)
}

function names(symptoms: readonly Symptom[], count: 'firing' | 'suppressed' | 'total'): string {
  return [...new Set(symptoms.filter((symptom) => symptom[count] > 0).map((symptom) => symptom.alertname))]
    .sort()
    .join(', ')
}
