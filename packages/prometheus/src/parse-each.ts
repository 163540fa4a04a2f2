import type { z } from 'zod'
import { issuePath } from './issue-path.ts'

/** An item that could not be read, and why. */
export interface Unreadable {
  readonly index: number
  readonly path: string
  readonly because: string
}

/**
 * Reads items one by one, so that a bad one never costs the others. `indexes` are the places of the good ones. What `quick`
 * can read does not see the schema, and must come out as it would from there.
 */
export function parseEach<Schema extends z.ZodType>(
  schema: Schema,
  items: readonly unknown[],
  root: string,
  quick?: (item: unknown) => z.infer<Schema> | undefined,
) {
  const good: z.infer<Schema>[] = []
  const indexes: number[] = []
  const bad: Unreadable[] = []
  items.forEach((item, index) => {
    const read = quick?.(item)
    if (read !== undefined) {
      good.push(read)
      indexes.push(index)
      return
    }
    const parsed = schema.safeParse(item)
    if (parsed.success) {
      good.push(parsed.data)
      indexes.push(index)
      return
    }
    const issue = parsed.error.issues[0]
    const path = `${root}${issuePath([index, ...(issue?.path ?? [])])}`
    bad.push({ index, path, because: issue?.message ?? 'cannot be read' })
  })
  return { good, indexes, bad }
}
