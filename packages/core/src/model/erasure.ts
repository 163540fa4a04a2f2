/**
 * Whose texts go, as the log keeps it. The words of a search stand nowhere: they are what shall be forgotten. `principal` is the
 * id that stands in the log anyway, beside what it did.
 */
export type ErasureTarget =
  | { readonly of: 'incident'; readonly incident: string }
  | { readonly of: 'principal'; readonly principal: string }
  | { readonly of: 'mentions' }

/** Why nothing was erased. */
export type ErasureRefusal = 'not-a-privacy-officer' | 'incident-not-closed' | 'notice-pending'
