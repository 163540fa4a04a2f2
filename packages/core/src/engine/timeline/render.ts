import { joined, type Markdown, md } from './markdown.ts'
import { renderDecisions } from './render-decisions.ts'
import { renderDiagnoses } from './render-diagnoses.ts'
import { renderEvents } from './render-events.ts'
import { renderExecutions } from './render-executions.ts'
import { renderFollowUps } from './render-follow-ups.ts'
import { renderDetection, renderImpact, renderSummary } from './render-summary.ts'
import type { Timeline } from './shape.ts'

/**
 * A postmortem draft in GitHub-flavoured Markdown. Every text from outside is escaped: it can make no heading, link,
 * mention, table or HTML, and cannot leave its code block. Times are UTC.
 */
export function renderTimeline(timeline: Timeline): string {
  const sections: readonly Markdown[] = [
    md`# Incident: ${timeline.incident.title}`,
    renderSummary(timeline),
    renderImpact(timeline),
    renderDetection(timeline),
    renderDiagnoses(timeline),
    renderDecisions(timeline),
    renderExecutions(timeline),
    renderEvents(timeline),
    renderFollowUps(timeline),
    renderAudit(timeline),
  ]
  return `${joined(sections, '\n\n').markdown}\n`
}

function renderAudit({ incident, events }: Timeline): Markdown {
  const first = events[0]
  const last = events.at(-1)
  if (first === undefined || last === undefined) return md`## Audit\n\nThe audit log has no entry about this incident.`
  return md`## Audit\n\n${events.length} entries, the first ${first.seq} and the last ${last.seq}, in the audit log of tenant ${incident.tenant}.`
}
