import type { Report, ReportEarned, ReportNumbers } from '@mendkit/core'
import type { Command } from '../run/command.ts'
import { momentOf } from '../run/moment.ts'
import { UsageError } from '../run/usage-error.ts'
import { reading, storeOptions } from '../store/session.ts'
import { shownLines } from '../terminal/safe-text.ts'
import { listing, type Screen, wrapped } from '../terminal/screen.ts'
import { duration } from '../terminal/time.ts'

/** `mendkit report` */
export const report: Command = {
  name: 'report',
  summary: 'What was suggested, asked and done, by cause and action, and what people did by themselves.',
  options: {
    since: { type: 'string', value: 'when', says: 'plans from then on: 30d, 12h, or a moment in ISO 8601' },
    until: { type: 'string', value: 'when', says: 'plans before then, said likewise [default: now]' },
    markdown: { type: 'boolean', says: 'as a table in Markdown' },
    ...storeOptions,
  },
  examples: ['mendkit report --since 30d', 'mendkit report --since 2026-07-01 --until 2026-08-01 --markdown'],
  run(call) {
    const { args, io } = call
    const since = momentOf('since', args.required('since', 'say from when on, such as --since 30d'), io.now())
    const given = args.text('until')
    const until = given === undefined ? undefined : momentOf('until', given, io.now())
    if (Date.parse(since) > io.now()) throw new UsageError('--since lies ahead, where nothing has happened yet')
    if (until !== undefined && until <= since) throw new UsageError('--until is not after --since')
    const query = { since, ...(until === undefined ? {} : { until }) }
    return reading(call, async ({ mendkit }) => {
      const json = await mendkit.report(query)
      const markdown = args.flag('markdown') ? await mendkit.report(query, { format: 'markdown' }) : undefined
      return { json, text: (screen) => (markdown === undefined ? reportText(json, screen) : shownLines(markdown)) }
    })
  },
}

function reportText({ rows, totals, earned, complete }: Report, screen: Screen): string {
  if (rows.length === 0 && earned.length === 0) return 'No plan was made.'
  const listed = rows.map((row) => ({ cells: [row.cause, row.action], below: numbersText(row) }))
  return [
    listing(['CAUSE', 'ACTION'], listed, screen),
    '',
    ...wrapped(`In all: ${numbersText(totals)}`, screen.columns),
    ...(earned.length === 0 ? [] : ['', listing(['EARNED', 'LEVEL', 'BOUND'], earned.map(earnedRow), screen)]),
    ...(complete ? [] : wrapped('There was more than is read: only the newest plans are counted.', screen.columns)),
  ].join('\n')
}

function earnedRow({ cause, action, cluster, namespace, level, outcomes, successes, bound }: ReportEarned) {
  const where = namespace === undefined ? `outside of namespaces of ${cluster}` : `in ${namespace} of ${cluster}`
  return { cells: [cause, level, String(bound)], below: `${action} ${where}: ${successes} of ${outcomes} since` }
}

function numbersText(numbers: ReportNumbers): string {
  const { suggested, asked, rejected, same, different, selfCleared, unknown } = numbers
  const { executed, verified, failed, undone, savedMs } = numbers
  const saved = savedMs === 0 ? '' : `; acting would have saved ${duration(savedMs)}`
  return [
    `suggested ${suggested}, asked ${asked}, rejected ${rejected}`,
    `by hand: same ${same}, different ${different}, cleared by itself ${selfCleared}, unknown ${unknown}`,
    `executed ${executed}: verified ${verified}, failed ${failed}, undone ${undone}${saved}`,
  ].join('; ')
}
