import { defineRule, type Rule, resourceKey } from '@mendkit/core'

/** The checkout fails, and exactly one flag was switched on just before: switch it off. With two, a person must choose. */
export const flagRule: Rule = defineRule({
  id: 'flag-broke-checkout',
  description: 'The checkout fails since a flag was switched on.',
  match({ facts }) {
    const failing = facts.find(({ name, value }) => name === 'checkout.failing' && value === true)
    const on = facts.filter(({ name, value }) => name === 'flag.on' && value === true)
    const [only, second] = on
    if (failing === undefined || only?.resource === undefined) return undefined
    const key = resourceKey(only.resource)
    const switched = facts.filter(
      ({ name, resource }) => name === 'flag.switched' && resource !== undefined && resourceKey(resource) === key,
    )
    const flag = only.resource.name
    if (second !== undefined) {
      const summary = `Flags ${on.map(({ resource }) => resource?.name).join(', ')} were switched on before the checkout failed.`
      return { seen: [failing, ...on], cause: 'several-flags', summary, handOver: true }
    }
    return {
      seen: [failing, only, ...switched],
      cause: 'bad-flag',
      summary: `The checkout fails since flag ${flag} was switched on.`,
      rootCause: only.resource,
      actions: [{ type: 'flags.set', params: { flag, on: false } }],
    }
  },
})
