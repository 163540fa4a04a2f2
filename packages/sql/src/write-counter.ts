import type { Put } from '@mendkit/core'
import type { Writing } from './writing.ts'

/** Adds to a counter; answers the conflict when the sum would exceed `max`. */
export async function addToCounter(
  { db, tenant }: Writing,
  { name, add, max }: Extract<Put, { kind: 'counter' }>,
): Promise<string | undefined> {
  let update = db
    .updateTable('mendkit_counter')
    .set((is) => ({ value: is('value', '+', add) }))
    .where('tenant', '=', tenant)
    .where('name', '=', name)
  if (max !== undefined) update = update.where('value', '<=', max - add)
  const { numUpdatedRows } = await update.executeTakeFirst()
  if (Number(numUpdatedRows) > 0) return undefined
  const found = await db
    .selectFrom('mendkit_counter')
    .select('value')
    .where('tenant', '=', tenant)
    .where('name', '=', name)
    .executeTakeFirst()
  const sum = (found?.value ?? 0) + add
  if (max !== undefined && sum > max) return `counter ${name} would be ${sum}, above ${max}`
  await db.insertInto('mendkit_counter').values({ tenant, name, value: add }).execute()
  return undefined
}
