import { type EvidenceSource, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { alertRuleTool } from './alert-rule-tool.ts'
import { prometheusClient } from './client.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { connectionShape, options as optionsOf, text } from './options.ts'
import { fillQuery } from './query-template.ts'
import { instantTool, rangeTool } from './query-tools.ts'

/** Alert names of one incident whose rules are read up front. */
const maxRules = 5

/** Options of `prometheusEvidence`, beside the connection to Prometheus. */
export interface PrometheusEvidenceOptions extends ConnectionOptions {
  /** First part of the tools' names; one per Prometheus. @default 'prometheus' */
  readonly id?: string
  /** Cluster of series without a `cluster` label. @default facts about such series name no object */
  readonly cluster?: string
  /**
   * Read up front for every incident, by name: PromQL in which `$namespace`, `$name`, `$kind` and `$cluster` stand for the
   * incident's resource. Facts are called `metric.<name>`. A query whose placeholders the resource cannot fill is left out.
   * A fact is read again before anything is done about it, so ask for conditions (`… > bool 0.05`) rather than gauges.
   */
  readonly queries?: Readonly<Record<string, string>>
}

const queryName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)

/** The fields of `PrometheusEvidenceOptions`. */
export const evidenceShape = {
  ...connectionShape,
  id: text('the first part of the names of the tools').optional(),
  cluster: text('the cluster of series without a `cluster` label').optional(),
  queries: z
    .record(queryName, text('PromQL'), {
      error: 'must be PromQL by name; names are lower-case letters, digits and dashes, and begin with a letter',
    })
    .optional(),
}
const evidenceOptions = optionsOf(evidenceShape)

/**
 * Reads metrics and alerting rules from a Prometheus, or anything that speaks its API. Reads only.
 *
 * Tools: `<id>.query`, `<id>.query-range`, `<id>.alert-rule`. They throw `invalid` for a bad input, `not-found` for a rule that
 * does not exist, `rejected` for a query that Prometheus refuses, `unavailable` and `bad-response`. Throws `config` at once for
 * wrong options.
 */
export function prometheusEvidence(options: PrometheusEvidenceOptions): EvidenceSource {
  readOptions('prometheusEvidence', evidenceOptions, options)
  const { id = 'prometheus', cluster, queries = {} } = options
  const client = prometheusClient(openConnection('Prometheus', options))
  const shared = { client, prefix: id, cluster }
  const tools = [instantTool(shared), rangeTool(shared), alertRuleTool(client, id)]
  return {
    spec: 1,
    id,
    tools,
    gather: async (incident, symptoms) => {
      const names = [...new Set(symptoms.map((symptom) => symptom.alertname))].slice(0, maxRules)
      const rules = names.map((alertname) => ({ tool: `${id}.alert-rule`, input: { alertname } }))
      const metrics = Object.entries(queries).flatMap(([name, template]) => {
        const query = fillQuery(template, incident.resource)
        return query === undefined ? [] : [{ tool: `${id}.query`, input: { name, query } }]
      })
      return [...rules, ...metrics]
    },
  }
}
