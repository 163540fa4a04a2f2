import type { Incident } from '../../model/incident.ts'

/** What called for the undo, for people: that it got worse is said only of what was measured to be. */
export function whyUndone({ undoing }: Pick<Incident, 'undoing'>): string {
  return undoing === 'worse'
    ? 'the measured health was worse than before it'
    : 'it had not recovered in time, or a later action of the plan failed'
}
