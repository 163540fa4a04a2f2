import { allowUpTo, createMendkit, type HostSettings, type Logger, type Mendkit, type Notifier } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { errorCheck } from './error-check.ts'
import { errorDetector } from './error-detector.ts'
import { flagEvidence } from './flag-evidence.ts'
import { flagRule } from './flag-rule.ts'
import type { FlagService } from './flag-service.ts'
import { checkout } from './resources.ts'
import { setFlag } from './set-flag.ts'
import type { Shop } from './shop.ts'
import { askTeam } from './team-policy.ts'

/** What the host is given. */
export interface HostOptions {
  /** Name of the SQLite file. */
  readonly file: string
  readonly flags: FlagService
  readonly shop: Shop
  /** Brings notices to people. */
  readonly notifier: Notifier
  /** @default those of Mendkit: minutes rather than seconds */
  readonly settings?: HostSettings
  /** @default one line a message on standard error */
  readonly log?: Logger
}

/** A host that watches the checkout and may switch its flags, once their owners agree. */
export function createHost({ file, flags, shop, notifier, settings, log }: HostOptions): Mendkit {
  return createMendkit({
    store: sqlStore(file),
    autonomy: { default: 'suggest', 'action:flags.set': 'auto' },
    integrations: [
      {
        detectors: [errorDetector(shop, settings?.engine?.sweepMs ?? '15s')],
        evidence: [flagEvidence(flags, shop)],
        actions: [setFlag(flags)],
        checks: [errorCheck(shop)],
        rules: [flagRule],
      },
    ],
    policies: [allowUpTo('low'), askTeam('checkout')],
    notifiers: [notifier],
    settings: {
      ...settings,
      mappings: [
        {
          id: 'service',
          resource: ({ service }) => (service === undefined ? undefined : { ...checkout, name: service }),
        },
      ],
    },
    ...(log && { system: { log } }),
  })
}
