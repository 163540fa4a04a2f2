import { fileURLToPath } from 'node:url'

/** The folder of the scenarios that this package brings. */
export function ownScenarios(): string {
  return fileURLToPath(new URL('../scenarios', import.meta.url))
}
