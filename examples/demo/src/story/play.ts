import type { JoinedBlob, Timeline } from '@mendkit/core'
import type { Stage } from '../stage.ts'
import type { Screen } from '../terminal/screen.ts'

/** What every chapter of the story is given. */
export interface Play {
  readonly stage: Stage
  readonly screen: Screen
}

/** The same once the incident is known. */
export interface IncidentPlay extends Play {
  readonly timeline: Timeline
}

/** Gives every entry of the log that the story rests on its number, as `#34`. */
export function entry(seq: number | undefined): string {
  return seq === undefined ? '' : `#${seq}`
}

/** `1 alert`, `2 alerts`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

/** `4.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** A text of the log, or why it cannot be shown. */
export function textOf(blob: JoinedBlob | undefined): string {
  if (blob === undefined) return ''
  if ('altered' in blob) return '(altered)'
  return 'text' in blob ? blob.text : '(erased)'
}
