const names = ['x-request-id', 'request-id', 'x-amzn-requestid', 'apim-request-id']

/** The provider's name for a call, in whichever header it has it. */
export function requestIdIn(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const said = names.map((name) => headers[name]).find((value) => value !== undefined)
  return said !== undefined && /^[\w.:-]{1,200}$/.test(said) ? said : undefined
}
