import { type EvidenceTool, type Fact, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { PrometheusClient } from './client.ts'
import { parseInput } from './parse-input.ts'
import { type AlertingRule, alertingRulesNamed } from './parse-rules.ts'

const ruleInput = z.object({ alertname: z.string().min(1) })

/** Reads the alerting rules of one name: what they measure, and whether they could be evaluated. */
export function alertRuleTool(client: PrometheusClient, prefix: string): EvidenceTool {
  const tool = `${prefix}.alert-rule`
  return {
    name: tool,
    description:
      'Reads the alerting rules of an alert name: expression, `for`, state, and whether they can be evaluated.',
    input: ruleInput,
    read: async (raw, ctx) => {
      const { alertname } = parseInput(tool, ruleInput, raw)
      const rules = alertingRulesNamed(await client.rules(ctx), alertname)
      if (rules.length === 0) {
        throw new MendkitError(
          'not-found',
          `${client.who} has no alerting rule of the name ${JSON.stringify(alertname)}`,
        )
      }
      return { facts: rules.flatMap(factsOf), text: rules.map(textOf).join('\n\n') }
    },
  }
}

function factsOf(rule: AlertingRule): readonly Fact[] {
  return [
    { name: 'alert-rule.state', kind: 'alert', value: rule.state },
    { name: 'alert-rule.health', kind: 'alert', value: rule.health },
  ]
}

function textOf(rule: AlertingRule): string {
  const error = rule.lastError === '' ? '' : `\nlast error: ${rule.lastError}`
  return `${rule.name}: ${rule.query}\nfor: ${rule.duration}s, keep firing for: ${rule.keepFiringFor}s${error}`
}
