import { type Incident, phases } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { chosen, moreLine, pageOf, pageOptions } from '../../run/page-options.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { listing, type Screen } from '../../terminal/screen.ts'
import { duration } from '../../terminal/time.ts'

/** `mendkit incidents list` */
export const listIncidents: Command = {
  name: 'incidents list',
  summary: 'Incidents, oldest first; without --phase those that are not closed.',
  options: {
    phase: { type: 'string', multiple: true, value: 'phase', says: `only in these phases: ${phases.join(', ')}` },
    ...pageOptions,
    ...storeOptions,
  },
  examples: [
    'mendkit incidents list',
    'mendkit incidents list --phase escalated,handed-over',
    'mendkit incidents list --phase closed --limit 20 --json',
  ],
  run(call) {
    const given = chosen(call.args, 'phase', phases)
    const page = pageOf(call.args)
    return reading(call, async ({ mendkit }) => {
      const wanted = given.length === 0 ? phases.filter((phase) => phase !== 'closed') : given
      const found = await mendkit.incidents.list({ phases: wanted, ...page })
      return {
        json: found,
        text: (screen) => `${listText(found, screen)}${moreLine('incidents list', call.args, found, page.limit)}`,
      }
    })
  },
}

function listText(incidents: readonly Incident[], screen: Screen): string {
  if (incidents.length === 0) return 'No incidents.'
  const rows = incidents.map(({ id, phase, phaseSince, openedAt, title, reason }) => ({
    cells: [id, phase, duration(screen.now - phaseSince), duration(screen.now - openedAt)],
    below: reason === undefined ? title : `${title} (${reason})`,
  }))
  return listing(['INCIDENT', 'PHASE', 'SINCE', 'AGE'], rows, screen)
}
