import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { collectReport } from '../report/collect.ts'
import { renderReport } from '../report/render.ts'
import type { Report, ReportQuery } from '../report/shape.ts'
import type { Engine } from './engine.ts'
import { formatShape, momentShape } from './input-shapes.ts'
import { parseFields } from './parse-input.ts'

const queryShape = once(() => z.strictObject({ since: momentShape(), until: momentShape().optional() }))

/** Tells what was suggested, asked and done in one principal's tenant. Reads only. */
export async function report(
  engine: Engine,
  { tenant }: Principal,
  query: ReportQuery,
  options: { readonly format?: 'json' | 'markdown' },
): Promise<Report | string> {
  const { since, until } = parseFields('query', queryShape(), query)
  const { format } = parseFields('options', formatShape(), options)
  const now = engine.parts.clock.now()
  assertStretch({ since, until }, now)
  await engine.ready()
  const collected = await collectReport(engine.parts, tenant, { since, until, now }, engine.context())
  return format === 'markdown' ? renderReport(collected) : collected
}

/** Refuses a stretch of time in which nothing can have happened yet, or none at all, with `invalid`. */
export function assertStretch(
  { since, until }: { readonly since: number; readonly until: number | undefined },
  now: number,
): void {
  if (until !== undefined && until <= since)
    throw new MendkitError('invalid', 'until: is not after `since`', { path: 'until' })
  if (since >= now)
    throw new MendkitError('invalid', 'since: lies ahead, where nothing has happened yet', { path: 'since' })
}
