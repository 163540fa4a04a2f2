import { z } from 'zod'

/** The longest time that most settings take, in ms. */
export const longest = 366 * 86_400_000
/** Whole milliseconds. */
export const ms = (byDefault: number, about: string, least = 0) =>
  z.int().min(least).max(longest).default(byDefault).describe(about)
/** How many. */
export const count = (byDefault: number, about: string, most = 1_000_000) =>
  z.int().min(1).max(most).default(byDefault).describe(about)
/** A share that must be reached. */
export const bound = (byDefault: number, about: string) =>
  z.number().min(0.5).max(0.999).default(byDefault).describe(about)
/** Settings under one name, each with its default. */
export const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never)
