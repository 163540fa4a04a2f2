import { z } from 'zod'

const alertingRule = z.object({
  type: z.literal('alerting'),
  name: z.string(),
  query: z.string(),
  /** How long the expression must hold, in seconds. */
  duration: z.number().default(0),
  /** How long the alert goes on after the expression stopped holding, in seconds. */
  keepFiringFor: z.number().default(0),
  state: z.enum(['firing', 'pending', 'inactive', 'unknown']).default('unknown'),
  health: z.string().default('unknown'),
  lastError: z.string().default(''),
})

const recordingRule = z.object({ type: z.literal('recording'), name: z.string(), query: z.string() })

/** The rules API's answer. */
export const rulesBody = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        /** Seconds between evaluations. */
        interval: z.number().default(60),
        rules: z.array(z.discriminatedUnion('type', [alertingRule, recordingRule])),
      }),
    ),
  }),
})

/** Groups of rules. */
export type RuleGroups = z.infer<typeof rulesBody>['data']['groups']

/** One alerting rule. */
export type AlertingRule = z.infer<typeof alertingRule>

/** The alerting rules that have this alert name: several rules may share one. */
export function alertingRulesNamed(groups: RuleGroups, alertname: string): readonly AlertingRule[] {
  const rules = groups.flatMap((group) => group.rules)
  return rules.flatMap((rule) => (rule.type === 'alerting' && rule.name === alertname ? [rule] : []))
}
