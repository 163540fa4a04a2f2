import type { McpServer } from './client.ts'

/** Shorter values would blank out half of a text, and are no secrets. */
const shortest = 6

/** Takes what the host gave the server as credentials out of what the server says. */
export function hideSecrets(server: McpServer): (text: string) => string {
  const given = 'url' in server ? server.headers : 'command' in server ? server.env : undefined
  const secrets = Object.values(given ?? {})
    // `Bearer abc` is two words, and the server may repeat the second alone.
    .flatMap((value) => [value, ...value.split(/\s+/)])
    .filter(({ length }) => length >= shortest)
    .toSorted((a, b) => b.length - a.length)
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[redacted:known]'), text)
}
