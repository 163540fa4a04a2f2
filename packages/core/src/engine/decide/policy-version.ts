import type { Policy } from '../../ports/policy.ts'
import type { ConfiguredAutonomy } from '../autonomy.ts'
import { digestOf } from '../digest.ts'

/** What a decision was made by, as one digest: ids, versions and scopes of the policies in order, the autonomy, the environment. */
export function policyVersionOf(
  policies: readonly Policy[],
  { autonomy, earnUpTo }: ConfiguredAutonomy,
  environment: string | undefined,
): string {
  return digestOf({
    policies: policies.map(({ id, version = null, appliesTo = null }) => [id, version, appliesTo]),
    autonomy,
    earnUpTo,
    environment: environment ?? null,
  })
}
