import { type Action, errorText } from '@mendkit/core'
import { actionContract } from '@mendkit/testkit'
import type { FlagClient } from './flag-client.ts'
import { serveLocally } from './serve-locally.ts'
import { subjectOf } from './subject.ts'

/** The promises of the contract that an action does not keep, each with what was seen. A test runs them by `holdsTo`. */
export async function brokenClauses(
  actionOf: (client: FlagClient) => Action,
): Promise<readonly { readonly says: string; readonly because: string }[]> {
  const broken: { readonly says: string; readonly because: string }[] = []
  for (const clause of actionContract) {
    await using subject = await subjectOf(serveLocally, actionOf)
    try {
      await clause.check(async () => subject)
    } catch (error) {
      broken.push({ says: clause.says, because: errorText(error) })
    }
  }
  return broken
}
