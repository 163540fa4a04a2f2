import type { Command } from '../../run/command.ts'
import { becauseOf, becauseOption, incidentCommand } from './incident-command.ts'

/** `mendkit incidents note` */
export const noteIncident: Command = incidentCommand({
  word: 'note',
  summary: 'Keeps a remark about an incident in the audit log, redacted.',
  takes: ['text'],
  example: "'the database was restarted at 03:10'",
  says: 'The remark is in the log.',
  act:
    ({ args }) =>
    (incidents, id) =>
      incidents.note(id, args.positional(1)),
})

/** `mendkit incidents diagnose` */
export const diagnoseIncident: Command = incidentCommand({
  word: 'diagnose',
  summary:
    'Asks for a new diagnosis of an incident that waits for a person. Who asks may not approve what comes of it.',
  says: 'The next step of the incident takes it up.',
  act: () => (incidents, id) => incidents.diagnose(id),
})

/** `mendkit incidents resolve` */
export const resolveIncident: Command = incidentCommand({
  word: 'resolve',
  summary:
    'Says that an incident is over. It closes after the hold, and comes back when its alerts do. Refused while an execution is in flight.',
  options: becauseOption,
  example: "--because 'the node was replaced'",
  says: 'The next step of the incident resolves it.',
  act: (call) => {
    const given = becauseOf(call)
    return (incidents, id) => incidents.resolve(id, given)
  },
})

/** `mendkit incidents close` */
export const closeIncident: Command = incidentCommand({
  word: 'close',
  summary: 'Closes an incident for good. Refused, with an entry in the log, while an execution is in flight.',
  options: becauseOption,
  example: "--because 'fixed by hand'",
  says: 'The next step of the incident closes it.',
  act: (call) => {
    const given = becauseOf(call)
    return (incidents, id) => incidents.close(id, given)
  },
})
