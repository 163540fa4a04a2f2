import { describeResource, type SeriesHistoryRow } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { nextLine } from '../../run/page-options.ts'
import { reading } from '../../store/session.ts'
import { listing, type Screen } from '../../terminal/screen.ts'
import { historyOptions, historyQueryOf } from './options.ts'

/** `mendkit history series` */
export const historySeries: Command = {
  name: 'history series',
  summary:
    'Series that were read as evidence, newest first, with their least, greatest and last value; every point is in --json.',
  options: {
    name: {
      type: 'string',
      value: 'name',
      says: 'only series whose values the tool calls so, such as metric.error-rate',
    },
    ...historyOptions,
  },
  examples: [
    'mendkit history series --incident inc_019c2f6e8a4d',
    'mendkit history series --name metric.error-rate --since 30d --json',
  ],
  run(call) {
    const [query, name] = [historyQueryOf(call), call.args.text('name')]
    return reading(call, async ({ mendkit }) => {
      const found = await mendkit.history.series({ ...query, ...(name !== undefined && { name }) })
      return {
        json: found,
        text: (screen) => listText(found.rows, screen) + nextLine('history series', call.args, found.next),
      }
    })
  },
}

function listText(rows: readonly SeriesHistoryRow[], screen: Screen): string {
  if (rows.length === 0) return 'No series.'
  const listed = rows.map((row) => {
    const labels = Object.entries(row.labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    const about = row.resource === undefined ? '' : `${describeResource(row.resource)}; `
    const { least, greatest, last } = valuesOf(row)
    return {
      cells: [`${row.startsAt.slice(0, 16).replace('T', ' ')}Z`, short(least), short(greatest), short(last), row.name],
      below: `${about}${labels.join(', ')}; ${row.points.length} ${row.kind === 'steps' ? 'steps' : 'points'}, of ${row.incidentId}`,
    }
  })
  return listing(['BEGAN', 'LEAST', 'GREATEST', 'LAST', 'SERIES'], listed, screen)
}

function valuesOf(row: SeriesHistoryRow) {
  const [lows, highs, lasts] =
    row.kind === 'series'
      ? [
          row.points.map(([, value]) => value),
          row.points.map(([, value]) => value),
          row.points.map(([, value]) => value),
        ]
      : [row.points.map(([, min]) => min), row.points.map(([, , max]) => max), row.points.map(([, , , mean]) => mean)]
  return { least: Math.min(...lows), greatest: Math.max(...highs), last: lasts.at(-1) ?? 0 }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
