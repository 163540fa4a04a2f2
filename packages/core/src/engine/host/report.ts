import { MendkitError } from '../../errors.ts'
import { checkTime } from '../../memory/check-read.ts'
import type { Principal } from '../../model/principal.ts'
import { collectReport } from '../report/collect.ts'
import { renderReport } from '../report/render.ts'
import type { Report, ReportQuery } from '../report/shape.ts'
import type { Engine } from './engine.ts'

/** Tells what was suggested, asked and done in one principal's tenant. Reads only. */
export async function report(
  engine: Engine,
  { tenant }: Principal,
  query: ReportQuery,
  { format }: { readonly format: 'json' | 'markdown' },
): Promise<Report | string> {
  const since = checkTime('since', query.since)
  const now = engine.parts.clock.now()
  const until = query.until === undefined ? undefined : checkTime('until', query.until)
  if ((until ?? now) <= since)
    throw new MendkitError('invalid', '`until`, which is now unless given, is not after `since`', {
      path: until === undefined ? 'since' : 'until',
    })
  await engine.ready()
  const collected = await collectReport(engine.parts, tenant, { since, until, now }, engine.context())
  return format === 'markdown' ? renderReport(collected) : collected
}
