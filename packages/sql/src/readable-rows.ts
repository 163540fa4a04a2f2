import { type CallContext, errorText, MendkitError, message } from '@mendkit/core'

/** The next rows after one, in the order of the read. */
type NextRows<Row> = (after: Row | undefined, limit: number) => Promise<readonly Row[]>

/**
 * Reads rows that belong to many incidents. One that is corrupt must not hold up the others: it is left out and the log
 * says so, and the page is filled up, because a short page means that nothing follows.
 */
export async function readableRows<Row, Value>(
  limit: number,
  next: NextRows<Row>,
  parse: (row: Row) => Value,
  ctx: CallContext,
): Promise<readonly Value[]> {
  const found: Value[] = []
  const faults: unknown[] = []
  for (let after: Row | undefined; ; ) {
    const wanted = limit - found.length
    const rows = await next(after, wanted)
    for (const row of rows) {
      try {
        found.push(parse(row))
      } catch (error) {
        if (!MendkitError.is(error, 'corrupt')) throw error
        faults.push(error)
      }
    }
    if (rows.length < wanted || found.length === limit) break
    after = rows.at(-1)
  }
  const [first] = faults
  if (faults.length > 0)
    ctx.log.error(message`${faults.length} stored rows are left out; the first: ${errorText(first)}`)
  return found
}
