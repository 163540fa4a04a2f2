import type { Rule } from '@mendkit/core'

/** What is to be cordoned is to be drained. */
export function drainsNodes(rule: Rule): Rule {
  return {
    ...rule,
    match(picture) {
      const found = rule.match(picture)
      const actions = found?.actions?.map((action) => ({ ...action, type: 'kubernetes.drain' }))
      return found && { ...found, actions: actions ?? [] }
    },
  }
}
