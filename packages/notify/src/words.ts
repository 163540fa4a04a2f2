import type { Notice } from '@mendkit/core'

/** What people are to do with a notice of this urgency, in two words. */
const urgencyWords: Readonly<Record<Notice['urgency'], string>> = {
  page: 'needs somebody now',
  ask: 'waits for an answer',
  info: 'for information',
}

/** A line that names what the notice is about, which page of how many it is, and who has the incident. */
export function aboutLine(
  notice: Pick<Notice, 'incidentId' | 'tenant' | 'urgency' | 'page' | 'acknowledgedBy'>,
): string {
  const { incidentId, tenant, urgency, page, acknowledgedBy } = notice
  return [
    urgencyWords[urgency],
    ...(page === undefined ? [] : [`tier ${page.tier} of ${page.tiers}`]),
    ...(page === undefined || page.rounds === 1 ? [] : [`round ${page.round} of ${page.rounds}`]),
    ...(acknowledgedBy === undefined ? [] : [`acknowledged by ${acknowledgedBy}`]),
    `incident ${incidentId}`,
    `tenant ${tenant}`,
  ].join(' · ')
}

/** A text as one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

/**
 * A text of at most `max` characters as it is written, each character by `written`. What does not fit is left out, and the
 * end says how much that was.
 */
export function within(text: string, max: number, written: (character: string) => string = (same) => same): string {
  const whole = eachCharacter(text, written)
  if (whole.length <= max) return whole
  const room = max - noteOf(text.length).length
  let kept = ''
  let read = 0
  for (const character of text) {
    const next = written(character)
    if (kept.length + next.length > room) break
    kept += next
    read += character.length
  }
  return kept + noteOf(text.length - read)
}

/** A text with each character, never half of one, as it is written. */
export function eachCharacter(text: string, written: (character: string) => string): string {
  return Array.from(text, written).join('')
}

function noteOf(left: number): string {
  return ` [cut here: ${left} more characters]`
}
