import { type AnchorStatus, phases } from '@mendkit/core'
import { pendingText } from '../../store/pending-commands.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'
import type { Status } from './shape.ts'

const divergedText =
  'DIVERGED: older than its anchors; read-only, and nothing is done about incidents until `mendkit recover`'

/** How things stand, for people. */
export function statusText(status: Status, screen: Screen): string {
  const { incidents, paused, failedNotices, audit, engine } = status
  const present = phases.filter((phase) => incidents[phase] !== undefined)
  const byPhase = present.map((phase) => `${incidents[phase]} ${phase}`)
  return pairs(
    [
      ['Database', status.database],
      ...(status.diverged ? [['State', divergedText] as const] : []),
      ['Tenant', status.tenant],
      ['Incidents', byPhase.length === 0 ? 'none' : byPhase.join('\n')],
      ['Open approvals', String(status.openApprovals)],
      ['Unfinished executions', String(status.unfinishedExecutions)],
      ['Waits for a host', pendingLines(status.pendingCommands, screen)],
      [
        'Kill switch',
        paused === null
          ? 'off: effects may begin'
          : `ON: no effect begins; by ${paused.by}, ${momentWithAge(Date.parse(paused.at), screen.now)}`,
      ],
      ['Failed notices', [String(failedNotices.count), ...failedNotices.newest].join('\n')],
      ['Audit log', `${audit.size} entries${audit.size === 0 ? '' : `\nlast ${audit.last}`}`],
      ...status.anchors.map((anchor) => [`Anchored in ${anchor.sink}`, anchorText(anchor, screen)] as const),
      ['Newest host', engine === null ? 'none that the log tells of' : engineText(engine, screen)],
    ],
    screen,
  )
}

/** How far a sink holds the log, and what is wrong with it. */
export function anchorText({ size, at, behindSince, refused }: AnchorStatus, { now }: Pick<Screen, 'now'>): string {
  const last = at === undefined ? 'nothing yet' : `${size} entries, ${momentWithAge(Date.parse(at), now)}`
  return [
    last,
    ...(behindSince === undefined ? [] : [`FAILS since ${momentWithAge(Date.parse(behindSince), now)}`]),
    ...(refused ? ['SPEAKS AGAINST THE LOG: verify it with this anchor'] : []),
  ].join('\n')
}

function pendingLines({ count, oldest }: Status['pendingCommands'], screen: Screen): string {
  if (count === 0) return '0 commands'
  const more = count > oldest.length ? [`and ${count - oldest.length} more`] : []
  const counted = count === 1 ? '1 command' : `${count} commands`
  return [counted, pendingText(oldest, screen, true), ...more].join('\n')
}

function engineText({ startedAt, stoppedAt, version, id }: NonNullable<Status['engine']>, { now }: Screen): string {
  const stopped = stoppedAt === undefined ? [] : [`stopped ${momentWithAge(Date.parse(stoppedAt), now)}`]
  return [`${id}, version ${version}`, `started ${momentWithAge(Date.parse(startedAt), now)}`, ...stopped].join('\n')
}
