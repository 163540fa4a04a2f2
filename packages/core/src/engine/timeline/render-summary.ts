import { blockerWords } from '../journal/blocker.ts'
import { bullets, code, joined, type Markdown, md, table } from './markdown.ts'
import type { Timeline } from './shape.ts'
import { spendingWords } from './spending-words.ts'
import { duration, utc } from './times.ts'
import { count, phaseWords, reasonWords, resourceWords } from './words.ts'

/** Symptoms that are listed; a larger storm says how many more there are. */
const maxSymptoms = 50

/** What happened in a few lines: where it stands, since when, how long, and the likeliest cause. */
export function renderSummary(timeline: Timeline): Markdown {
  const { incident, span, impact, diagnoses, executions, escalation, spending, gone } = timeline
  const reason = incident.reason === undefined ? md`` : md`: ${reasonWords[incident.reason]}`
  const hypothesis = diagnoses.findLast((diagnosis) => diagnosis.hypotheses.length > 0)?.hypotheses[0]
  const about = hypothesis?.rootCause === undefined ? md`` : md` of ${resourceWords(hypothesis.rootCause)}`
  const done = executions.filter((execution) => execution.state !== 'no-effect' && execution.gone !== true)
  const untold = executions.filter((execution) => execution.gone === true).length
  return joined(
    [
      md`## Summary`,
      bullets([
        md`Status: **${phaseWords[incident.phase]}**${reason}`,
        ...(gone === undefined ? [] : [goneWords(gone)]),
        ...(incident.blockedBy === undefined ? [] : [md`Waits: ${blockerWords(incident.blockedBy)}`]),
        ...(incident.heldBy === undefined
          ? []
          : [md`With: ${code(incident.heldBy.by)}, since ${utc(incident.heldBy.at)}`]),
        ...escalation.acknowledged.map(
          ({ by, afterMs }) => md`Acknowledged: by ${code(by)}, ${duration(afterMs)} after the first page`,
        ),
        ...(incident.mergedInto === undefined ? [] : [md`Merged into: ${code(incident.mergedInto)}`]),
        ...(incident.resource === undefined
          ? []
          : [md`Object: ${resourceWords(incident.resource)} in cluster ${code(incident.cluster)}`]),
        hypothesis === undefined
          ? md`Cause: ${gone === undefined ? 'not known' : 'see the events'}`
          : md`Cause: ${code(hypothesis.cause)}${about} (confidence ${hypothesis.confidence})`,
        md`Alerts: ${count(impact.alerts, 'alert')} in one incident`,
        md`Duration: ${duration(span.durationMs)}${span.ended === undefined ? ' so far' : ''}`,
        ...(spending === undefined ? [] : [md`Models: ${spendingWords(spending)}`]),
        ...(gone === undefined ? [doneWords(done.length, untold)] : []),
      ]),
    ],
    '\n\n',
  )
}

function doneWords(done: number, untold: number): Markdown {
  return md`Done by Mendkit: ${done === 0 ? 'nothing' : count(done, 'action')}${untold === 0 ? '' : `, and ${count(untold, 'action')} of which nobody can tell`}`
}

/** Whoever reads an emptied incident must not take what is gone for what never was. */
function goneWords({ at, documents }: NonNullable<Timeline['gone']>): Markdown {
  const rows = Object.entries(documents).map(([table, rows]) => md`${table} (${rows})`)
  const what = rows.length === 0 ? md`nothing else` : joined(rows, ', ')
  return md`Gone: retention emptied this incident at ${utc(at)} and took ${what}; the events below are whole`
}

/** What was affected, by alert name and resource. */
export function renderImpact({ impact }: Timeline): Markdown {
  const shown = impact.symptoms.slice(0, maxSymptoms)
  const resources = new Set(impact.symptoms.map((symptom) => JSON.stringify(symptom.resource ?? null)))
  const names = new Set(impact.symptoms.map(({ alertname }) => alertname))
  const left = impact.symptoms.length - shown.length
  const still = impact.firing === 0 ? 'none of them fires now' : `${impact.firing} of them fire now`
  const silenced = impact.suppressed === 0 ? '' : `, ${impact.suppressed} are silenced or inhibited`
  const intro = md`## Impact\n\n${count(impact.alerts, 'alert')} of ${count(names.size, 'kind')} about ${count(resources.size, 'object')}; ${still}${silenced}.`
  if (shown.length === 0) return intro
  const rows = shown.map((symptom) => [
    code(symptom.alertname),
    symptom.resource === undefined ? md`not known` : resourceWords(symptom.resource),
    md`${symptom.total}`,
    md`${symptom.firing}`,
  ])
  const more = left > 0 ? [md`… and ${count(left, 'further row')}.`] : []
  return joined([intro, table(['Alert', 'Object', 'Alerts', 'Firing now'], rows), ...more], '\n\n')
}

/** When it began, and when it was seen. */
export function renderDetection({ incident, span }: Timeline): Markdown {
  const late = span.began === undefined ? 0 : Date.parse(span.detected) - Date.parse(span.began)
  return joined(
    [
      md`## Detection`,
      bullets([
        ...(span.began === undefined ? [] : [md`The earliest alert began at ${utc(span.began)}`]),
        md`The incident was opened at ${utc(span.detected)}${late > 0 ? ` (${duration(late)} later)` : ''}`,
        ...(incident.relapses === 0
          ? []
          : [md`It came back ${count(incident.relapses, 'time')} after it was resolved`]),
        ...(span.ended === undefined ? [] : [md`It ended at ${utc(span.ended)}`]),
      ]),
    ],
    '\n\n',
  )
}
