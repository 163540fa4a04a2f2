import { z } from 'zod'
import { isCertifierKey } from '../../audit/certifier-key.ts'
import { signsForItsKey } from '../../audit/signs-for-its-key.ts'
import { isKeyName } from '../../audit/verifier-key.ts'
import { standardSchema } from '../../define/read-options.ts'
import { MendkitError } from '../../errors.ts'
import type { AutonomyLevel } from '../../model/autonomy.ts'
import type { ResourceMapping } from '../../model/settings.ts'
import type { Analyzer } from '../../ports/analyzer.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { Certifier } from '../../ports/certifier.ts'
import type { Clock, Ids, Random } from '../../ports/clock.ts'
import type { Logger } from '../../ports/context.ts'
import type { Correlator } from '../../ports/correlator.ts'
import type { Heartbeat } from '../../ports/heartbeat.ts'
import type { Integration } from '../../ports/integration.ts'
import type { KeyCertifier } from '../../ports/key-certifier.ts'
import type { MirrorSink } from '../../ports/mirror-sink.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { Policy } from '../../ports/policy.ts'
import type { Reauthenticate } from '../../ports/reauthenticate.ts'
import type { Signer } from '../../ports/signer.ts'
import type { Store } from '../../ports/store.ts'
import type { Telemetry } from '../../ports/telemetry.ts'
import type { TimeZones } from '../../ports/time-zones.ts'
import { message } from '../../redact/message.ts'
import { isName, nameRule } from '../../redact/names.ts'
import { redact } from '../../redact/redact.ts'
import { assertActionScopes, exceedsSuggest, parseAutonomy } from '../autonomy.ts'
import type { SettingsInput } from '../settings.ts'
import { assertAnchors } from './assert-anchors.ts'
import { assertKeyCertifier } from './assert-key-certifier.ts'

/** Times, budgets and bounds, and how alerts map to objects and belong together. */
export type HostSettings = SettingsInput & {
  /** Asked before the common label sets. @default [] */
  readonly mappings?: readonly ResourceMapping[]
  /** @default [correlateByLabels(settings.correlation)] */
  readonly correlators?: readonly Correlator[]
  /**
   * Asked before an approval of a plan of high risk counts: whether it is really this person, now. Anything but `true`
   * within `settings.engine.portTimeoutMs`, a throw included, refuses the answer. @default nobody is asked again
   */
  readonly reauthenticate?: Reauthenticate
}

/** Where core takes time, identity, chance, calendars and its log from; simulators give their own. */
export interface SystemOptions {
  /** @default systemClock */
  readonly clock?: Clock
  /** @default systemIds() */
  readonly ids?: Ids
  /** @default systemRandom */
  readonly random?: Random
  /**
   * Calendars for policies, such as `cronTimeZones(Cron)` with `Cron` of the package `croner`.
   * @default none: a policy that asks for one is refused at the start
   */
  readonly timeZones?: TimeZones
  /** @default consoleLogger(): one line a message on standard error */
  readonly log?: Logger
  /** Tells somebody outside that the engine works, such as `heartbeat(…)` of `@mendkit/notify`. @default nobody is told */
  readonly heartbeat?: Heartbeat
  /**
   * The key that signs the audit log, such as `fileSigner('/etc/mendkit/log.key')`. It must stay with a log that it has signed.
   * @default nobody signs: the log shows edits, and not who could have made it
   */
  readonly signer?: Signer
  /** The key to change to: from `audit.rotateKey()` on it signs. Give both until then; later it is the `signer`. @default none */
  readonly nextSigner?: Signer
  /**
   * Where every tenant's audit log is taken to as well, such as `fileMirror('/var/log/mendkit.ocsf')`: at least once, in order, and
   * without holding anything up. @default []
   */
  readonly mirrors?: readonly MirrorSink[]
  /**
   * Where the checkpoints of all audit logs are put outside the database, such as `fileAnchors(…)`. They need `signer`. How often,
   * and what waits for it, say `settings.audit`. @default nowhere: whoever has the database can cut the end of a log unseen
   */
  readonly anchors?: readonly AnchorSink[]
  /** A key that is kept elsewhere, such as in a KMS, and co-signs what is anchored. @default nobody co-signs */
  readonly certifier?: Certifier
  /**
   * A key that is kept elsewhere, such as in a KMS, and certifies the keys that sign the logs, in entries `log-key-certified`. It needs
   * `signer`. Logs are looked at every `settings.audit.anchorEveryMs`; one that fails is asked again after 1 to 60 minutes, and holds
   * nothing up. @default nobody certifies: who verifies knows the verifier key from elsewhere
   */
  readonly keyCertifier?: KeyCertifier
  /** @default nothing is traced */
  readonly telemetry?: Telemetry
  /**
   * Values that must never show, such as the host's own credentials: they are taken out of every log line, every stored text and
   * whatever a model is asked, as they are and encoded. Asked before each text; give the same array while nothing has changed. Each
   * has at least 4 characters, and there are at most 10,000. When it throws, or breaks these rules, texts are withheld as a whole.
   * @default none: the redactor goes by names and shapes alone
   */
  readonly secrets?: () => readonly string[]
}

/** The eight options of a Mendkit. All are optional, and the defaults change nothing in the world. */
export interface MendkitOptions {
  /** @default memoryStore(), which forgets on exit and so never acts */
  readonly store?: Store
  /** Levels by scope: `default`, `namespace:<name>`, `action:<type>`. @default { default: 'suggest' } */
  readonly autonomy?: Readonly<Record<string, AutonomyLevel>>
  /** @default [] */
  readonly integrations?: readonly Integration[]
  /** Asked in order, the next only for what the last could not explain. @default the rules of the integrations */
  readonly analyzers?: readonly Analyzer[]
  /** Without any, every plan is denied, and `run` warns of it above suggest. @default [] */
  readonly policies?: readonly Policy[]
  /** @default [logNotifier()] */
  readonly notifiers?: readonly Notifier[]
  readonly settings?: HostSettings
  readonly system?: SystemOptions
}

/** Ids of plug-ins stand in the audit log, in metrics and in log lines. */
const name = z.string().min(1).refine(isName, nameRule)
const port = z.looseObject({ spec: z.literal(1), id: name })
const method = z.custom<unknown>((value) => typeof value === 'function', 'must be a function')
const methods = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, method])) as Record<Name, typeof method>
const list = (shape: z.ZodRawShape) => z.array(port.extend(shape)).optional()
const action = z.looseObject({
  type: name,
  description: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  params: standardSchema,
  undo: z.union([z.literal('restore-before'), z.looseObject({ irreversible: z.string().min(1) })], {
    error: "expected 'restore-before' or { irreversible: 'why' }",
  }),
  onFailure: z.enum(['undo', 'keep']),
  target: method.optional(),
  lockKeys: method.optional(),
  blastRadius: method.optional(),
  preview: method,
  execute: method,
  observe: method,
  resume: method.optional(),
  invalidate: method.optional(),
  announce: method.optional(),
})

const integrationShape = z.strictObject({
  clusters: z.array(name).optional(),
  detectors: list({ alerts: method }),
  evidence: list({
    tools: z.array(z.looseObject({ name, read: method, isOffered: method.optional() })),
    gather: method,
  }),
  topology: list({ owners: method }),
  remediators: list({ actions: z.array(action) }),
  actions: z.array(action).optional(),
  checks: list({ kind: z.enum(['symptom', 'health']), applies: method, check: method }),
  rules: z.array(z.looseObject({ id: name, match: method })).optional(),
  canRead: method.optional(),
  verificationDeadlineMs: method.optional(),
  close: method.optional(),
})

const storeMethods: readonly string[] = [
  ...['open', 'close', 'now', 'commit', 'claim', 'renew', 'release', 'nextDueAt', 'get', 'list', 'counter', 'alerts'],
  ...['pendingAlerts', 'staleAlerts', 'members', 'symptoms', 'firingSymptoms', 'correlationKeys'],
  ...['auditLogs', 'auditHead', 'readAudit', 'lastAuditCheckpoint', 'auditCheckpoints', 'auditTile', 'blobs'],
  ...['endedAlerts', 'history'],
]

const keyShape = {
  name: z.string().refine(isKeyName, 'must be one word without "+"'),
  publicKey: z.instanceof(Uint8Array).refine(({ length }) => length === 32, 'must be 32 bytes'),
}
const certifierKey = z
  .string()
  .refine(isCertifierKey, 'must be an Ed25519, P-256 or RSA public key (2048 bits or more) as PEM text')
const keeps = z.enum(['append-only', 'write-once', 'other'])

const signer = port
  .extend({ ...keyShape, sign: method })
  .refine((given) => signsForItsKey(given as unknown as Signer), 'must sign with the Ed25519 key of its `publicKey`')

const optionsShape = z.strictObject({
  store: port.extend({ durable: z.boolean(), ...methods(...storeMethods) }).optional(),
  autonomy: z.record(z.string(), z.unknown()).optional(),
  integrations: z.array(integrationShape).optional(),
  analyzers: list({ analyze: method }),
  policies: list({
    decide: method,
    version: z.string().min(1).optional(),
    calendars: z.array(z.strictObject({ pattern: z.string(), timeZone: z.string() })).optional(),
    lookBackMs: z.number().min(0).optional(),
  }),
  notifiers: list({ send: method, reachesPeople: z.boolean() }),
  settings: z
    .looseObject({
      mappings: z.array(z.looseObject({ id: name, resource: method })).optional(),
      correlators: list({ keys: method }),
      reauthenticate: method.optional(),
    })
    .optional(),
  system: z
    .strictObject({
      clock: z.looseObject(methods('now', 'monotonic', 'sleep')),
      ids: z.looseObject(methods('next')),
      random: z.looseObject(methods('hex', 'number')),
      timeZones: z.looseObject(methods('matches')),
      log: z.looseObject(methods('debug', 'info', 'warn', 'error')),
      heartbeat: port.extend({ beat: method, everyMs: z.int().min(1_000).max(86_400_000) }),
      signer,
      nextSigner: signer,
      mirrors: list({ write: method, maxEntries: z.int().min(1).max(1_000).optional() }).unwrap(),
      anchors: list({ put: method, latest: method, list: method, place: method, keeps }),
      certifier: port.extend({ ...keyShape, sign: method }),
      keyCertifier: port.extend({ keyId: name, publicKey: certifierKey, certify: method }),
      telemetry: z.looseObject(methods('span')),
      secrets: method,
    })
    .partial()
    .optional(),
})

/**
 * Refuses options that are wrong or that would act unsafely. Throws `config` with the path of the first bad option:
 * unknown and missing fields, wrong types, a scope for an action that no integration offers, and autonomy above suggest, or
 * that may be earned, without a store that is durable and a notifier that reaches people.
 */
export function assertOptions(options: MendkitOptions): void {
  const parsed = optionsShape.safeParse(options)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const extra = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : []
    const path = [...(issue?.path ?? []), ...extra].join('.') || 'options'
    const known =
      issue?.code === 'unrecognized_keys' && issue.path.length === 0
        ? `; the options are ${Object.keys(optionsShape.shape).join(', ')}`
        : ''
    throw new MendkitError('config', message`${path}: ${issue?.message ?? 'is not valid'}${known}`, {
      path: redact(path),
    })
  }
  assertAnchors(options)
  assertKeyCertifier(options.system)
  const autonomy = parseAutonomy(options.autonomy)
  const earnUpTo = options.settings?.autonomy?.earnUpTo ?? {}
  const types = actionTypes(options)
  assertActionScopes('autonomy', autonomy, types)
  assertActionScopes('settings.autonomy.earnUpTo', earnUpTo, types)
  if (!exceedsSuggest({ autonomy, earnUpTo })) return
  if (options.store?.durable !== true) {
    const message =
      'store: autonomy above suggest, or that may be earned, needs a durable store; give sqlStore(…), or keep autonomy at suggest'
    throw new MendkitError('config', message, { path: 'store' })
  }
  if (!(options.notifiers ?? []).some((notifier) => notifier.reachesPeople)) {
    const message =
      'notifiers: autonomy above suggest, or that may be earned, needs a notifier that reaches people, such as webhookNotifier(…)'
    throw new MendkitError('config', message, { path: 'notifiers' })
  }
}

function actionTypes({ integrations = [] }: MendkitOptions): readonly string[] {
  const actions = integrations.flatMap((each) => [
    ...(each.actions ?? []),
    ...(each.remediators ?? []).flatMap((remediator) => remediator.actions),
  ])
  return [...new Set(actions.map(({ type }) => type))].sort()
}
