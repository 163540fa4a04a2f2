import type { AlertHistoryQuery } from '@mendkit/core'
import type { Call } from '../../run/command.ts'
import { momentOf } from '../../run/moment.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { pageOf, pageOptions } from '../../run/page-options.ts'
import { UsageError } from '../../run/usage-error.ts'
import { storeOptions } from '../../store/session.ts'

/** Options of every command that looks into history. */
export const historyOptions = {
  match: { type: 'string', value: 'matchers', says: 'Prometheus matchers, such as \'severity="critical",team!="db"\'' },
  on: { type: 'string', value: 'object', says: 'what it was about: a kind, kind/name or kind/namespace/name' },
  incident: { type: 'string', value: 'id', says: 'only those of one incident' },
  since: { type: 'string', value: 'when', says: 'what began from then on: 30d, 12h, or a moment in ISO 8601' },
  until: { type: 'string', value: 'when', says: 'what began before then, said likewise' },
  text: {
    type: 'string',
    value: 'words',
    says: 'only those with these words in a label or an annotation, in any case',
  },
  ...pageOptions,
  ...storeOptions,
} as const satisfies OptionSpecs

/** The query that these options ask. Throws `UsageError`. */
export function historyQueryOf({ args, io }: Call): AlertHistoryQuery & { readonly limit: number } {
  const [match, on, incidentId, text] = [args.text('match'), args.text('on'), args.text('incident'), args.text('text')]
  const [since, until] = [args.text('since'), args.text('until')]
  return {
    ...pageOf(args),
    ...(match !== undefined && { match }),
    ...(on !== undefined && { resource: objectOf(on) }),
    ...(incidentId !== undefined && { incidentId }),
    ...(since !== undefined && { since: momentOf('since', since, io.now()) }),
    ...(until !== undefined && { until: momentOf('until', until, io.now()) }),
    ...(text !== undefined && { text }),
  }
}

function objectOf(given: string): NonNullable<AlertHistoryQuery['resource']> {
  const parts = given.split('/')
  const [kind = '', second, third] = parts
  if (parts.length > 3 || parts.includes('')) {
    throw new UsageError(`--on is a kind, kind/name or kind/namespace/name, such as Deployment/shop/cart, not ${given}`)
  }
  if (second === undefined) return { kind }
  return third === undefined ? { kind, name: second } : { kind, namespace: second, name: third }
}
