import type { Holder } from '../../model/escalation.ts'
import type { Setting } from '../../model/setting.ts'
import { holder as holderShape } from '../../stored/common.ts'
import { type HolderReading, switchOf } from '../steps/view.ts'

/** Reads who has an incident. A row that is on and says not who holds it for somebody unknown: hands stay off. */
export function holderOf(id: string, setting: Setting | undefined): HolderReading {
  const reading = switchOf(id, setting)
  if (!reading.on || setting === undefined) return reading
  const { value } = setting
  return { ...reading, holder: isHolder(value) ? value : { by: 'unknown', at: 0 } }
}

function isHolder(value: unknown): value is Holder {
  return holderShape.wrongAt(value) === undefined
}
