import { fileURLToPath } from 'node:url'

/** The folder of the scenarios that this package brings. */
export const ownScenarios: string = fileURLToPath(new URL('../scenarios', import.meta.url))
