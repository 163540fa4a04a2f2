import type { Resource } from '@mendkit/core'

const placeholder = /\$(namespace|name|kind|cluster)\b/g
// Nothing that could end a quoted string or mean something in a regular expression, a dot excepted.
const harmless = /^[\w.:/-]+$/

/**
 * A query with `$namespace`, `$name`, `$kind` and `$cluster` filled in from a resource. Undefined when the resource lacks
 * one of them, or has one with characters that no Kubernetes name has: names come from alerts, which anybody may word.
 */
export function fillQuery(template: string, resource: Resource | undefined): string | undefined {
  let isComplete = true
  const query = template.replaceAll(placeholder, (_, field: 'namespace' | 'name' | 'kind' | 'cluster') => {
    const value = resource?.[field] ?? ''
    isComplete &&= harmless.test(value)
    return value
  })
  return isComplete ? query : undefined
}
