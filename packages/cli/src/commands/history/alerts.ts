import { type AlertHistoryRow, describeResource } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { nextLine } from '../../run/page-options.ts'
import { reading } from '../../store/session.ts'
import { listing, type Screen, wrapped } from '../../terminal/screen.ts'
import { duration } from '../../terminal/time.ts'
import { historyOptions, historyQueryOf } from './options.ts'

/** `mendkit history alerts` */
export const historyAlerts: Command = {
  name: 'history alerts',
  summary: 'Alerts that are over, newest first: each stretch of firing, and of long ago how many there were a day.',
  options: historyOptions,
  examples: [
    'mendkit history alerts --since 30d --on Deployment/shop/checkout',
    'mendkit history alerts --match \'alertname="KubePodCrashLooping"\' --text "connection refused" --json',
  ],
  run(call) {
    const query = historyQueryOf(call)
    return reading(call, async ({ mendkit }) => {
      const found = await mendkit.history.alerts(query)
      return {
        json: found,
        text: (screen) =>
          [
            listText(found.rows, screen),
            ...(found.complete ? [] : ['', ...wrapped(incompleteWords, screen.columns)]),
          ].join('\n') + nextLine('history alerts', call.args, found.next),
      }
    })
  },
}

const incompleteWords =
  'So many alerts are over and not history yet that not all of them were looked at: see whether a host runs, and its log about retention.'

function listText(rows: readonly AlertHistoryRow[], screen: Screen): string {
  if (rows.length === 0) return 'No alerts.'
  const listed = rows.map((row) => {
    const about = row.resource === undefined ? row.cluster : `${describeResource(row.resource)} in ${row.cluster}`
    const of = row.kind !== 'day' && row.incidentId !== undefined ? `, of ${row.incidentId}` : ''
    const firedMs = row.kind === 'day' ? row.firingMs : Date.parse(row.endsAt) - Date.parse(row.startsAt)
    const times = row.kind === 'day' ? `${row.episodes} that day` : '1'
    return { cells: [began(row), times, duration(firedMs), row.alertname], below: `${about}${of}` }
  })
  return listing(['BEGAN', 'TIMES', 'FIRED', 'ALERT'], listed, screen)
}

function began({ kind, startsAt }: AlertHistoryRow): string {
  return kind === 'day' ? startsAt.slice(0, 10) : `${startsAt.slice(0, 16).replace('T', ' ')}Z`
}
