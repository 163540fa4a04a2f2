import { z } from 'zod'
import { describeResource } from '../../model/resource.ts'
import type { Policy } from '../../ports/policy.ts'
import { labelSelector, readLabelSelector } from '../label-selector.ts'
import { readPolicy, word, words } from './read.ts'
import { touchedBy } from './scope.ts'

/** The options of `allowAction`, as a document gives them. */
export const allowActionFields = z.strictObject({ type: word, selector: z.string().default('') })
/** The options of `onlyInNamespaces`, as a document gives them. */
export const onlyInNamespacesFields = z.strictObject({ names: words })
/** The options of `onlyKinds`, as a document gives them. */
export const onlyKindsFields = z.strictObject({ kinds: words })
/** The options of `onlyLabelled`, as a document gives them. */
export const onlyLabelledFields = z.strictObject({ selector: word })

/**
 * Allows a plan whose every action is of this type, on targets whose labels the selector selects; abstains from others.
 * The selector has the syntax of Kubernetes label selectors; without one every target counts. Throws `config` for a
 * selector that cannot be understood.
 */
export function allowAction(type: string, selector = ''): Policy {
  readPolicy('allowAction', allowActionFields, { type, selector })
  const { selects, required } = readLabelSelector(selector)
  const allows = { kind: 'allow', because: `${type} is allowed${selector === '' ? '' : ` where ${selector}`}` } as const
  return {
    spec: 1,
    id: `allow-action:${type}${selector === '' ? '' : `:${selector}`}`,
    appliesTo: { actionTypes: [type], ...(required !== undefined && { labels: required }) },
    decide({ plan: { actions } }) {
      const allowed =
        actions.length > 0 && actions.every((action) => action.type === type && selects(action.target.labels))
      return allowed ? allows : { kind: 'abstain' }
    },
  }
}

/** Denies a plan that touches, by target or blast radius, anything outside these namespaces; abstains from others. */
export function onlyInNamespaces(...names: readonly string[]): Policy {
  readPolicy('onlyInNamespaces', onlyInNamespacesFields, { names })
  return {
    spec: 1,
    id: `only-in-namespaces:${names.join(',')}`,
    decide({ plan }) {
      const touched = plan.actions.flatMap(touchedBy)
      const outside = touched.find((resource) => !names.some((name) => name === resource.namespace))
      if (outside === undefined) return { kind: 'abstain' }
      return { kind: 'deny', because: `${describeResource(outside)} is outside ${names.join(', ')}` }
    },
  }
}

/** Denies a plan with a target of any other kind, such as `Deployment`; abstains from others. Throws `config`. */
export function onlyKinds(...kinds: readonly string[]): Policy {
  readPolicy('onlyKinds', onlyKindsFields, { kinds })
  return {
    spec: 1,
    id: `only-kinds:${kinds.join(',')}`,
    decide({ plan }) {
      const other = plan.actions.find(({ target }) => !kinds.includes(target.kind))
      if (other === undefined) return { kind: 'abstain' }
      return { kind: 'deny', because: `${describeResource(other.target)} is none of ${kinds.join(', ')}` }
    },
  }
}

/**
 * Denies a plan with a target whose labels the selector does not select; abstains from others. The selector has the syntax
 * of Kubernetes label selectors. Throws `config` for one that cannot be understood.
 */
export function onlyLabelled(selector: string): Policy {
  readPolicy('onlyLabelled', onlyLabelledFields, { selector })
  const selects = labelSelector(selector)
  return {
    spec: 1,
    id: `only-labelled:${selector}`,
    decide({ plan }) {
      const other = plan.actions.find(({ target }) => !selects(target.labels))
      if (other === undefined) return { kind: 'abstain' }
      return {
        kind: 'deny',
        because: `the labels of ${describeResource(other.target)} are not selected by ${selector}`,
      }
    },
  }
}
