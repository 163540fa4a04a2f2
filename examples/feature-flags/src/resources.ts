import type { Resource } from '@mendkit/core'
import type { Flag } from './flag-service.ts'

/** What the alerts are about. */
export const checkout: Resource = {
  cluster: 'default',
  apiVersion: 'shop/v1',
  kind: 'Service',
  namespace: 'shop',
  name: 'checkout',
}

/** A flag as an object that evidence can name and an action can change. */
export function flagResource({ name }: Pick<Flag, 'name'>): Resource {
  return { cluster: 'default', apiVersion: 'flags/v1', kind: 'Flag', namespace: 'shop', name }
}
