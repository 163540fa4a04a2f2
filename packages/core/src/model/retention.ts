/** A length of time in milliseconds, or no end. */
export type KeptFor = number | 'forever'

/** How long each kind of row is kept. Audit entries are kept for ever, and so are incidents themselves, without what hung on them. */
export interface RetentionPolicy {
  readonly alertsMs: number
  readonly annotationsMs: number
  readonly episodesMs: KeptFor
  readonly historyMs: KeptFor
  readonly pointsMs: number
  readonly seriesMs: KeptFor
  readonly noticesMs: KeptFor
  readonly incidentsMs: KeptFor
}

/** What retention does of one kind, by the names that its audit entry and its counter give them. */
export const retentionKinds = [
  'alerts',
  'outlined',
  'folded',
  'history',
  'coarsened',
  'series',
  'notices',
  'commands',
  'incidents',
  'documents',
  'texts',
] as const
/** One kind of what retention does. */
export type RetentionKind = (typeof retentionKinds)[number]
