import { z } from 'zod'

/** The longest time that can be set, in milliseconds. */
export const longest = 366 * 86_400_000
/** A time in milliseconds. */
export const ms = (byDefault: number, about: string, least = 0) =>
  z.int().min(least).max(longest).default(byDefault).describe(about)
/** A number of things, at least one. */
export const count = (byDefault: number, about: string, most = 1_000_000) =>
  z.int().min(1).max(most).default(byDefault).describe(about)
/** A share that something must reach. */
export const bound = (byDefault: number, about: string) =>
  z.number().min(0.5).max(0.999).default(byDefault).describe(about)
/** Settings that belong together; all of them have defaults. */
export const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never)
