import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type ErrorCode, MendkitError } from '@mendkit/core'

/** The Mendkit error of this code that `work` rejects with; fails when it does anything else. */
export async function rejectsWith(work: Promise<unknown>, code: ErrorCode): Promise<MendkitError> {
  const thrown = await work.then(
    () => assert.fail(`resolved, but should have been refused with ${code}`),
    (error: unknown) => error,
  )
  assert.ok(MendkitError.is(thrown), `threw ${inspect(thrown)} instead of a MendkitError`)
  assert.equal(thrown.code, code, thrown.message)
  return thrown
}

/** Fails when an error shows a secret anywhere: message, stack, causes, own fields. */
export function leaksNot(error: unknown, secret: string): void {
  assert.ok(secret.length > 3, 'the subject must give a secret to look for')
  const shown = inspect(error, { depth: 10, showHidden: true, getters: true, maxStringLength: null })
  const told = error instanceof Error ? `${error.stack} ${error.message} ${shown}` : shown
  for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
    assert.ok(!told.includes(form), 'an error shows the secret')
  }
}

/** The part of a subject that a clause needs; fails, so that the adapter must skip the clause with a reason. */
export function needed<Part>(part: Part | undefined, name: string): Part {
  if (part === undefined) throw new Error(`the subject has no \`${name}\`: give one, or skip the clause with a reason`)
  return part
}
