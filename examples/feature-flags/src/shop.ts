import type { FlagService } from './flag-service.ts'

/** The application behind the flags. */
export interface Shop {
  /** Share of the checkout's answers that are errors now, from 0 to 1. */
  errorRate(): number
}

/** A shop whose checkout breaks while `new-pricing` is on. */
export function shopBehind(flags: FlagService): Shop {
  return { errorRate: () => (flags.get('new-pricing').on ? 0.42 : 0.01) }
}
