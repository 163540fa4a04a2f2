import { z } from 'zod'
import { once } from '../once.ts'
import type { Notifier } from '../ports/notifier.ts'
import { functionSchema, idSchema, readOptions } from './read-options.ts'

/** What `defineNotifier` takes. */
export interface NotifierDefinition extends Pick<Notifier, 'id' | 'send'> {
  /** False for one that only writes somewhere; autonomy above suggest needs one that reaches people. @default true */
  readonly reachesPeople?: boolean
}

const shape = once(() => z.strictObject({ id: idSchema, send: functionSchema, reachesPeople: z.boolean().optional() }))

/** Makes a notifier of the host's own. Throws `config` for a wrong definition. */
export function defineNotifier(definition: NotifierDefinition): Notifier {
  readOptions('defineNotifier', shape(), definition)
  const { id, reachesPeople = true } = definition
  return { spec: 1, id, reachesPeople, send: (notice, ctx) => definition.send(notice, ctx) }
}
