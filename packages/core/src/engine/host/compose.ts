import { alertCleared } from '../../builtin/alert-cleared.ts'
import { correlateByLabels } from '../../builtin/correlate-by-labels.ts'
import { logNotifier } from '../../builtin/log-notifier.ts'
import { ruleAnalyzer } from '../../builtin/rule-analyzer.ts'
import { MendkitError } from '../../errors.ts'
import type { EvidenceTool } from '../../ports/evidence-source.ts'
import type { Integration } from '../../ports/integration.ts'
import type { Remediator } from '../../ports/remediator.ts'
import type { Store } from '../../ports/store.ts'
import { hideKnown } from '../../redact/hide-known.ts'
import { message } from '../../redact/message.ts'
import { consoleLogger } from '../../system/console-logger.ts'
import { noTimeZones } from '../../system/cron-time-zones.ts'
import { systemClock } from '../../system/system-clock.ts'
import { systemIds } from '../../system/system-ids.ts'
import { systemRandom } from '../../system/system-random.ts'
import { createAnchorStates } from '../anchors/anchor-state.ts'
import { parseAutonomy } from '../autonomy.ts'
import { policySet } from '../decide/policy-set.ts'
import { policyVersionOf } from '../decide/policy-version.ts'
import { pseudonymKeys } from '../diagnose/pseudonym-keys.ts'
import { schemaPrinter } from '../diagnose/schema-printer.ts'
import { digestOf } from '../digest.ts'
import { escalationPolicies } from '../escalation/policies.ts'
import { createMetrics } from '../metrics/metrics.ts'
import type { Parts } from '../parts.ts'
import { parseSettings } from '../settings.ts'
import { assertPolicies } from './assert-policies.ts'
import type { MendkitOptions } from './options.ts'
import { safeLogger } from './safe-logger.ts'

/** Puts the host's options and the defaults together. Throws `config` when two parts share a name. */
export function compose(options: MendkitOptions, store: Store, nudge: () => void): Parts {
  const { mappings = [], correlators, reauthenticate, ...settingsInput } = options.settings ?? {}
  const settings = parseSettings(settingsInput)
  const autonomy = parseAutonomy(options.autonomy)
  const integrations = options.integrations ?? []
  const metrics = createMetrics()
  const random = options.system?.random ?? systemRandom
  const hide = options.system?.secrets && hideKnown(options.system.secrets)
  const log = safeLogger(options.system?.log ?? consoleLogger(), metrics, hide)
  const timeZones = options.system?.timeZones ?? noTimeZones
  const policies = unique('policies', 'policies', options.policies ?? [])
  assertPolicies(policies, timeZones, settings)
  const notifiers = unique('notifiers', 'notifiers', options.notifiers ?? [logNotifier(log)])
  const remediators = unique('remediators', 'integrations', integrations.flatMap(remediatorsOf))
  const tools = integrations.flatMap((each) => (each.evidence ?? []).flatMap((source) => source.tools))
  assertOwnNames(tools)
  const actions = remediators.flatMap((remediator) => remediator.actions)
  return {
    store,
    clock: options.system?.clock ?? systemClock,
    ids: options.system?.ids ?? systemIds(),
    random,
    timeZones,
    log,
    metrics,
    ...(hide && { hide }),
    ...(options.system?.heartbeat && { heartbeat: options.system.heartbeat }),
    ...(options.system?.telemetry && { telemetry: options.system.telemetry }),
    mirrors: unique('mirrors', 'system.mirrors', options.system?.mirrors ?? []),
    logKeys: {
      ...(options.system?.signer && { signer: options.system.signer }),
      ...(options.system?.nextSigner && { nextSigner: options.system.nextSigner }),
    },
    anchors: unique('anchor sinks', 'system.anchors', options.system?.anchors ?? []),
    anchorStates: createAnchorStates(),
    ...(options.system?.certifier && { certifier: options.system.certifier }),
    ...(options.system?.keyCertifier && { keyCertifier: options.system.keyCertifier }),
    settings,
    autonomy,
    clusters: [...new Set(integrations.flatMap((each) => each.clusters ?? []))],
    mappings,
    ...(reauthenticate && { reauthenticate }),
    correlators: unique(
      'correlators',
      'settings.correlators',
      correlators ?? [correlateByLabels(settings.correlation)],
    ),
    detectors: unique(
      'detectors',
      'integrations',
      integrations.flatMap((each) => each.detectors ?? []),
    ),
    evidenceSources: unique(
      'evidence sources',
      'integrations',
      integrations.flatMap((each) => each.evidence ?? []),
    ),
    tools: byName('evidence tools', 'integrations', tools, (tool) => tool.name),
    topologies: unique(
      'topologies',
      'integrations',
      integrations.flatMap((each) => each.topology ?? []),
    ),
    remediators,
    printSchema: schemaPrinter(),
    pseudonymKeyOf: pseudonymKeys(random),
    actions: byName('actions', 'integrations', actions, (action) => action.type),
    checks: unique('checks', 'integrations', [alertCleared(), ...integrations.flatMap((each) => each.checks ?? [])]),
    analyzers: unique(
      'analyzers',
      'analyzers',
      options.analyzers ?? [ruleAnalyzer(integrations.flatMap((each) => each.rules ?? []))],
    ),
    policies: policySet(policies),
    policyVersion: policyVersionOf(policies, { autonomy, earnUpTo: settings.autonomy.earnUpTo }, settings.environment),
    notifiers,
    escalation: escalationPolicies(settings, notifiers, timeZones),
    integrations,
    nudge,
  }
}

/** What the log keeps of a configuration: enough to see that it changed, and nothing secret. */
export function configurationDigest(parts: Parts): string {
  return digestOf({
    autonomy: parts.autonomy,
    settings: parts.settings,
    policyVersion: parts.policyVersion,
    detectors: parts.detectors.map((each) => each.id),
    tools: [...parts.tools.keys()],
    actions: [...parts.actions.keys()],
    checks: parts.checks.map((each) => each.id),
    analyzers: parts.analyzers.map((each) => each.id),
    notifiers: parts.notifiers.map((each) => each.id),
    correlators: parts.correlators.map((each) => each.id),
  })
}

/** Readings of Mendkit itself have names that nobody else can take. */
function assertOwnNames(tools: readonly EvidenceTool[]): void {
  const taken = tools.find(({ name }) => name.startsWith('mendkit.'))
  if (taken === undefined) return
  const text = message`integrations: an evidence tool is named ${taken.name}; names that begin with mendkit. are of Mendkit itself, so give it another`
  throw new MendkitError('config', text, { path: 'integrations' })
}

function remediatorsOf(integration: Integration, index: number): readonly Remediator[] {
  const own: readonly Remediator[] =
    integration.actions === undefined ? [] : [{ spec: 1, id: `integration-${index}`, actions: integration.actions }]
  return [...(integration.remediators ?? []), ...own]
}

function unique<Part extends { readonly id: string }>(
  kind: string,
  path: string,
  parts: readonly Part[],
): readonly Part[] {
  return [...byName(kind, path, parts, (part) => part.id).values()]
}

function byName<Part>(
  kind: string,
  path: string,
  parts: readonly Part[],
  nameOf: (part: Part) => string,
): ReadonlyMap<string, Part> {
  const named = new Map<string, Part>()
  for (const part of parts) {
    const name = nameOf(part)
    if (named.has(name)) {
      const text = `${path}: two ${kind} are named ${name}; give each a name of its own`
      throw new MendkitError('config', text, { path })
    }
    named.set(name, part)
  }
  return named
}
