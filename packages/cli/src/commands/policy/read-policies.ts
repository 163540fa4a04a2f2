import { readFile } from 'node:fs/promises'
import { errorText, MendkitError, type Policy, type PolicyDocument, policiesFrom } from '@mendkit/core'
import { checkCalendars } from './check-calendars.ts'

/** The policies of a document in a file. Throws `config`, with the path of the first field that is wrong. */
export async function readPolicies(file: string): Promise<readonly Policy[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MendkitError('config', `the policies in ${file} cannot be read: ${errorText(error)}`, { cause: error })
  })
  try {
    const document: unknown = JSON.parse(text)
    const policies = policiesFrom(document)
    // What policiesFrom takes is a document.
    checkCalendars(document as PolicyDocument)
    return policies
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new MendkitError('config', `${file} is no JSON: ${error.message}`, { cause: error })
    }
    if (!MendkitError.is(error, 'config')) throw error
    const { path, message } = error
    throw new MendkitError('config', `${file}: ${message}`, { ...(path !== undefined && { path }), cause: error })
  }
}
