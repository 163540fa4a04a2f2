import type { MendkitEvent } from '../../model/event.ts'
import { eventWords } from './event-words.ts'
import { code, joined, type Markdown, md, table } from './markdown.ts'
import type { Timeline } from './shape.ts'
import { utc } from './times.ts'
import { textWords } from './words.ts'

/** Entries that are listed; the middle of a longer history is left to the log. */
const maxRows = 300

/** The history, one line per entry; alerts that joined one after the other are one line. */
export function renderEvents({ events }: Timeline): Markdown {
  const groups = grouped(events)
  const head = groups.slice(0, maxRows / 2)
  const rest = groups.slice(maxRows / 2)
  const tail = rest.slice(-maxRows / 2)
  const left = rest.length - tail.length
  const gap = left === 0 ? [] : [[md`…`, md`…`, md`…`, md`${left} more lines are in the audit log`]]
  const rows = [...head.map(row), ...gap, ...tail.map(row)]
  return joined([md`## Timeline`, table(['Time', 'Entry', 'By', 'What'], rows)], '\n\n')
}

type Group = readonly [MendkitEvent, ...MendkitEvent[]]

function grouped(events: readonly MendkitEvent[]): readonly Group[] {
  const groups: [MendkitEvent, ...MendkitEvent[]][] = []
  for (const event of events) {
    const last = groups.at(-1)
    if (event.type === 'alerts-correlated' && last?.[0].type === 'alerts-correlated') last.push(event)
    else groups.push([event])
  }
  return groups
}

function row(group: Group): readonly Markdown[] {
  const [first] = group
  const last = group.at(-1) ?? first
  const seq = last === first ? md`${first.seq}` : md`${first.seq} to ${last.seq}`
  return [md`${utc(first.at)}`, seq, code(first.actor.id), joined([wordsOf(group), ...notes(first)], ' ')]
}

function wordsOf(group: Group): Markdown {
  const [first] = group
  if (first.type !== 'alerts-correlated' || group.length === 1) return eventWords(first)
  const joinedAlerts = group.reduce((sum, each) => sum + (each.type === 'alerts-correlated' ? each.data.joined : 0), 0)
  return md`${joinedAlerts} alerts joined in ${group.length} batches`
}

/** What a person wrote, or what failed, beside the entry. */
function notes(event: MendkitEvent): readonly Markdown[] {
  if (event.actor.kind !== 'principal' && event.type !== 'phase-changed') return []
  return Object.values(event.texts).map((text) => md`“${textWords(text)}”`)
}
