import { MendkitError } from '@mendkit/core'

/** A whole number from `least` on. Throws `invalid` for any other text. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new MendkitError('invalid', `${option} takes a whole number from ${least} on, not ${text || 'nothing'}`)
}

/**
 * What was typed, as `parse` understands it. Where it throws `invalid`, or what `parseArgs` throws, this shows the usage, sets
 * the exit code 2 and answers `undefined`; any other error passes through.
 */
export function understood<Request>(usage: string, parse: () => Request): Request | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(MendkitError.is(error, 'invalid') || isOfParseArgs(error))) throw error
    console.error(`${error.message}\n\n${usage}`)
    process.exitCode = 2
    return undefined
  }
}

function isOfParseArgs(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
