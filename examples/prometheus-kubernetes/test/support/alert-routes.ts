import type { Testbed } from '@mendkit/testbed'
import { alertSecret } from './host.ts'

/** Where the alerts of one namespace go; without an address nowhere any more. */
export interface AlertRoute {
  readonly namespace: string
  readonly url: string | undefined
  readonly maxAlerts?: number
  readonly repeatSeconds?: number
}

const routes = new Map<string, AlertRoute & { readonly url: string }>()
let last: Promise<void> = Promise.resolve()

/** Changes one route and leaves those of other scenes as they are. */
export function routeAlerts(testbed: Testbed, { url, ...route }: AlertRoute): Promise<void> {
  if (url === undefined) routes.delete(route.namespace)
  else routes.set(route.namespace, { ...route, url })
  // One at a time: each writes the whole configuration.
  last = last.then(async () => {
    const receivers = [...routes.values()].map(({ namespace, ...receiver }) => ({
      ...receiver,
      name: namespace,
      matchers: [`namespace="${namespace}"`],
      bearerToken: alertSecret,
    }))
    await testbed.sendAlertsTo(...receivers)
  })
  return last
}
