import { z } from 'zod'

/** The id of a notifier or a heartbeat, when the host gives one. */
export const idSchema = z.string().min(1, 'must not be empty').max(128).optional()
