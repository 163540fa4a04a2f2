import { code, joined, type Markdown, md, table } from '../timeline/markdown.ts'
import { spendingWords } from '../timeline/spending-words.ts'
import { duration, utc } from '../timeline/times.ts'
import type { Report, ReportEarned, ReportNumbers } from './shape.ts'

const head: readonly string[] = [
  ...['Cause', 'Action', 'Suggested', 'Asked', 'Rejected', 'Same', 'Different', 'Self-cleared', 'Unknown'],
  ...['Executed', 'Verified', 'Failed', 'Undone', 'Would have saved'],
]

const earnedHead: readonly string[] = ['Cause', 'Action', 'Cluster', 'Namespace', 'Level', 'Since then', 'Lower bound']

/** A report as tables in GitHub-flavoured Markdown, with what its columns mean. */
export function renderReport(report: Report): string {
  const { since, until, rows, totals, earned, spending, complete } = report
  const lines = rows.map((row) => [code(row.cause), code(row.action), ...cells(row)])
  const all = [md`**all**`, md``, ...cells(totals)]
  const sections: readonly Markdown[] = [
    md`# Suggested and done, ${utc(since)} to ${utc(until)}`,
    ...(complete ? [] : [md`**There was more than is read: only the newest plans are counted.**`]),
    rows.length === 0 ? md`No plan was made.` : table(head, [...lines, all]),
    md`*Same*: not carried out, and when the alerts had cleared the object was as the action would have made it. *Different*: it had been changed in another way. *Self-cleared*: it was as before. *Would have saved*: for every *same*, from its plan to when the alerts were seen cleared.`,
    ...(spending === undefined ? [] : [md`*Models*: ${spendingWords(spending)}, for the diagnoses of this time.`]),
    ...(earned.length === 0 ? [] : [md`## Earned so far`, table(earnedHead, earned.map(earnedCells))]),
  ]
  return `${joined(sections, '\n\n').markdown}\n`
}

function earnedCells(place: ReportEarned): readonly Markdown[] {
  const { cause, action, cluster, namespace, level, outcomes, successes, bound } = place
  const where = namespace === undefined ? md`(none)` : code(namespace)
  return [
    code(cause),
    code(action),
    code(cluster),
    where,
    md`${level}`,
    md`${successes} of ${outcomes}`,
    code(String(bound)),
  ]
}

function cells(numbers: ReportNumbers): readonly Markdown[] {
  const { suggested, asked, rejected, same, different, selfCleared, unknown } = numbers
  const { executed, verified, failed, undone, savedMs } = numbers
  const counted = [
    suggested,
    asked,
    rejected,
    same,
    different,
    selfCleared,
    unknown,
    executed,
    verified,
    failed,
    undone,
  ]
  return [...counted.map((number) => md`${number}`), savedMs === 0 ? md`` : md`${duration(savedMs)}`]
}
