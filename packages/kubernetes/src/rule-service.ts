import { describeResource, type Rule, type RuleFinding } from '@mendkit/core'
import { type Subject, seen, subjectsWith } from './rule-picture.ts'

/** A Service that selects no pods, or sends to a port that the ready pods it selects do not open. */
export const wronglyWiredService: Rule = {
  id: 'kubernetes.service-wrongly-wired',
  description: 'A Service whose selector matches no pod, or whose target port no pod opens.',
  match({ facts }) {
    for (const subject of subjectsWith(facts, 'service.pods-selected')) {
      const finding = selectsNothing(subject) ?? portWrong(subject)
      if (finding !== undefined) return finding
    }
    return undefined
  },
}

function selectsNothing({ resource, fact }: Subject): RuleFinding | undefined {
  const selected = fact('service.pods-selected')
  if (selected?.value !== 0) return undefined
  return {
    seen: seen(selected, fact('service.selector')),
    cause: 'service-selects-nothing',
    summary: `${describeResource(resource)} selects ${fact('service.selector')?.value}, which no pod carries.`,
    rootCause: resource,
  }
}

function portWrong({ resource, fact }: Subject): RuleFinding | undefined {
  const closed = fact('service.port-not-opened')
  if (closed === undefined) return undefined
  return {
    seen: seen(closed, fact('service.pods-ready')),
    cause: 'service-port-wrong',
    summary: `${describeResource(resource)} sends to port ${closed.value}, which none of its ready pods opens.`,
    rootCause: resource,
  }
}
