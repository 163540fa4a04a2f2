import { z } from 'zod'
import { MendkitError } from '../errors.ts'
import type { Settings } from '../model/settings.ts'
import { isName, nameRule } from '../redact/names.ts'
import { auditSettings } from './audit-settings.ts'
import { escalationPolicy } from './escalation-settings.ts'
import { modelSettings } from './models/settings.ts'
import { assertRetention } from './retention/policy.ts'
import { retentionSettings } from './retention/settings.ts'
import { bound, count, group, ms } from './setting-fields.ts'

/** The settings of a host, with default, bounds and meaning of each: the source of `docs/reference/defaults.md`. */
export const settingsSchema = z.strictObject({
  environment: z
    .string()
    .refine(isName, nameRule)
    .describe('What this is, such as `production`: policies may judge by it.')
    .exactOptional(),
  engine: group({
    workers: count(4, 'Incidents that this process works on at once.'),
    sweepMs: ms(1_000, 'How often due incidents and pending alerts are looked for. A lost nudge costs one sweep.', 10),
    leaseMs: ms(30_000, 'How long a worker holds an incident without renewing. A dead worker costs this much.', 1_000),
    leaseMarginMs: ms(5_000, 'No effect is called when less than this is left of the lease.'),
    drainMs: ms(20_000, 'How long `run` waits for steps under way after it was asked to stop.'),
    portTimeoutMs: ms(30_000, 'A call to a check, tool, preview or notifier is aborted after this.'),
    maxTextLength: z
      .int()
      .min(1_000)
      .max(10_000_000)
      .default(262_144)
      .describe(
        'Characters that are kept of one text (a remark, a difference, what a tool read, why something failed). A longer one is cut, and its last line says so.',
      ),
  }),
  intake: group({
    maxAlertsPerBatch: count(
      10_000,
      'A larger batch is made durable in parts of this size, one after the other.',
      50_000,
    ),
    ignore: z
      .array(z.string().min(1))
      .default(['alertname="Watchdog"', 'alertname="InfoInhibitor"'])
      .describe(
        'Prometheus matchers; an alert that one of them matches is kept, but opens and joins no incident. They are alerts that fire by design.',
      ),
    maxPendingBatches: count(
      64,
      'Batches that wait to become durable; one more is refused as unavailable, to be sent again.',
    ),
    maxLabelsPerAlert: count(128, 'An alert with more labels is refused.'),
    maxLabelBytes: count(
      4_096,
      'An alert with a longer label or name is refused. Annotations are cut at sixteen times this.',
    ),
  }),
  correlation: group({
    windowMs: ms(
      300_000,
      'Alerts that share the chosen labels belong together when they began within this of each other.',
    ),
    labels: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Labels that together tie alerts within the window, such as `namespace`. None: only resources, owners and changes tie.',
      ),
    ownersWaitMs: ms(
      60_000,
      'How long alerts stay pending when a topology that may know their owners cannot be read. After that each is correlated by its own object alone, so that nobody is called later than this.',
    ),
    settleMs: ms(5_000, 'How long a new incident waits for the rest of the storm before it is diagnosed.'),
  }),
  diagnosis: group({
    minIntervalMs: ms(300_000, 'Least time between two diagnoses of one incident.'),
    maxPerIncident: count(5, 'Diagnoses of one incident; then it is handed over.'),
    retryMs: ms(
      30_000,
      'Wait before an incident is diagnosed again that nobody could explain while readings were out of reach. Each try counts as a diagnosis.',
      10,
    ),
    timeoutMs: ms(180_000, 'A diagnosis is aborted after this.'),
    maxEvidence: count(64, 'Readings kept for one diagnosis; further reads are refused.'),
  }),
  models: modelSettings,
  decision: group({
    lookBackMs: ms(
      86_400_000,
      'How far back policies are told of executions and incidents, at most 1,000 of each.',
      1_000,
    ),
  }),
  autonomy: group({
    earnUpTo: z
      .record(
        z.string().regex(/^(namespace|action):[^:\s]+$/, 'a scope is "namespace:<name>" or "action:<type>"'),
        z.enum(['approve', 'auto']),
      )
      .default({})
      .describe(
        'How far autonomy may rise by itself, by scope, such as `namespace:shop`. None: nothing is earned. Of two scopes the lower counts.',
      ),
    approveAfter: count(20, 'Outcomes of suggestions before `approve` can be earned.'),
    approveBound: bound(0.8, 'Least lower bound of the share that people did in the same way, for `approve`.'),
    autoAfter: count(30, 'Outcomes of what was carried out before `auto` can be earned.'),
    autoBound: bound(0.9, 'Least lower bound of the share that was verified, for `auto`: 35 of 35 reach 0.9.'),
  }),
  approval: group({
    expiresInMs: ms(
      1_800_000,
      'An unanswered approval expires after this, and the incident escalates. Where quiet hours hold the question up, it counts from their end.',
    ),
  }),
  execution: group({
    callTimeoutMs: ms(
      30_000,
      'A call that makes an effect is aborted after this; its outcome is then unknown and is observed.',
    ),
    maxSends: count(3, 'How often one execution may be sent, each time under a fresh guard, after a definite refusal.'),
    maxReads: count(5, 'Readings of an unknown outcome before it escalates.'),
    readEveryMs: ms(5_000, 'Time between two readings of an unknown outcome.', 10),
    resumeForMs: ms(
      900_000,
      'How long after its intent an effect of many parts goes on, part by part. Then a person is called.',
    ),
    maxParts: count(300, 'Parts of one effect, its first included. Then a person is called.'),
    reachMs: ms(
      120_000,
      'How long previews and cited facts that are out of reach are tried again. Then the incident is handed over, and an undo calls a person.',
    ),
    blockedMs: ms(
      900_000,
      'How long an effect waits for a lock key that another plan holds, or for a cap that is full. Then the incident is handed over, and an undo calls a person.',
    ),
    maxInFlight: count(3, 'Unfinished executions of a tenant at once.'),
    maxReplicasInFlight: count(50, 'Replicas that unfinished executions of a tenant may put at risk at once.'),
    cooldownMs: ms(
      3_600_000,
      'An object that an execution changed gets no further effect within this without a person.',
    ),
    maxVoids: count(3, 'A plan that was void this often is handed over.'),
  }),
  verification: group({
    deadlineMs: ms(900_000, 'When not recovered by then, the fix did not help.'),
    soakMs: ms(120_000, 'Symptom and health must both hold for this long.'),
    everyMs: ms(5_000, 'Time between two verifications of one incident; a cleared alert asks at once.', 10),
  }),
  hold: group({ ms: ms(1_800_000, 'A resolved incident takes a relapse for this long; then it closes.') }),
  audit: auditSettings,
  escalation: z
    .strictObject({
      policies: z
        .array(escalationPolicy)
        .min(1)
        .max(1_000)
        .describe(
          'Whom to tell of an incident, and whom next when nobody answers: the first that matches counts. None: every notifier gets every notice, a page once.',
        ),
    })
    .exactOptional(),
  retention: retentionSettings,
  notices: group({
    maxAttempts: count(20, 'Deliveries of one notice before it counts as failed.'),
    retryMs: ms(5_000, 'Wait after the first failed delivery; doubles, at most five minutes.'),
  }),
})

/** What a host may give: everything is optional. */
export type SettingsInput = z.input<typeof settingsSchema>

/** Fills in the defaults. Throws `config` with the path of the first setting that is wrong. */
export function parseSettings(input: SettingsInput | undefined): Settings {
  const parsed = settingsSchema.safeParse(input ?? {})
  if (parsed.success) return consistent(parsed.data)
  const issue = parsed.error.issues[0]
  const path = ['settings', ...(issue?.path ?? [])].join('.')
  throw new MendkitError('config', `${path}: ${issue?.message ?? 'is not valid'}`, { path })
}

function consistent(settings: Settings): Settings {
  const { leaseMs, leaseMarginMs } = settings.engine
  assertRetention(settings)
  if (leaseMarginMs < leaseMs / 2) return settings
  const path = 'settings.engine.leaseMarginMs'
  throw new MendkitError(
    'config',
    `${path}: must be less than half of leaseMs (${leaseMs}), or no effect could ever be called`,
    { path },
  )
}
