import type { Partition, Setting } from '../model/setting.ts'
import { identity } from './common.ts'
import { json, list, object, oneOf, text } from './field.ts'

/** A stored setting. */
export const setting = object<Setting>({ ...identity, value: json })

/** The stored state of a partition. */
export const partition = object<Partition>({
  ...identity,
  state: oneOf('settled', 'merging'),
  waiting: list(list(text)),
})
