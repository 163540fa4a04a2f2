import {
  type AlertInput,
  type Analyzer,
  type CitableFact,
  type Evidence,
  type MendkitOptions,
  type Resource,
  ruleAnalyzer,
} from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { openHost } from './host.ts'

/** The Deployment that an alert with this label is about. */
export function deployment(name: string): Resource {
  return { cluster: 'default', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
}

/** What an incident's own alerts gave as evidence, as an analyzer saw it. */
export interface Seen {
  readonly facts: readonly CitableFact[]
  readonly text: string
  readonly evidence: readonly Evidence[]
  readonly tools: readonly string[]
}

/** Opens a host on which alerts are about the Deployment of their label `app`. */
export async function alertsHost(options: MendkitOptions = {}) {
  const seen: Seen[] = []
  const listening: Analyzer = {
    spec: 1,
    id: 'listening',
    analyze: async (investigation) => {
      const evidence = investigation.evidence()
      const own = evidence.find(({ tool }) => tool === 'mendkit.alerts')
      seen.push({
        evidence,
        facts: investigation.facts().filter(({ tool }) => tool === 'mendkit.alerts'),
        text: (own && investigation.textOf(own)) ?? '',
        tools: investigation.tools.map(({ name }) => name),
      })
      return { hypotheses: [], actions: [] }
    },
  }
  const host = await openHost({
    analyzers: [listening, ...(options.analyzers ?? [ruleAnalyzer([])])],
    autonomy: { default: 'suggest' },
    ...(options.integrations && { integrations: options.integrations }),
    settings: {
      ...options.settings,
      mappings: [
        { id: 'apps', resource: (labels) => (labels['app'] === undefined ? undefined : deployment(labels['app'])) },
      ],
    },
    ...(options.system && { system: options.system }),
  })
  return {
    ...host,
    /** Tells the alerts in one batch, and waits until the incident was diagnosed. */
    async diagnosed(alerts: readonly AlertInput[]): Promise<Seen> {
      const asOf = new Date(host.clock.now()).toISOString()
      await host.mendkit.ingest({ source: 'am', complete: false, asOf, alerts })
      for (let step = 0; step < 200; step += 1) {
        const diagnoses = await host.store.list('diagnosis', { tenant: 'default', limit: 1 }, callContext())
        const last = seen.at(-1)
        if (diagnoses.length > 0 && last !== undefined) return last
        await host.clock.advance(1_000)
      }
      throw new Error('nothing was diagnosed')
    },
  }
}
