import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Outputs of tools that nobody here recorded lie beside the repository on some machines; they are not part of it.
const folders = ['test_ask_holmes', 'test_investigate'].map((name) =>
  fileURLToPath(new URL(`../../../../../shared/data/holmesgpt/${name}`, import.meta.url)),
)
/** Fewer outputs are no investigation. */
const fewest = 3

/** What tools answered in recorded investigations, one list each; none where they are not beside the repository. */
export function recordedOutputs(): readonly (readonly string[])[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    .map((entry) => outputsIn(`${entry.parentPath}/${entry.name}`))
    .filter((outputs) => outputs.length >= fewest)
}

/** The first line of a recording says what was asked. */
function outputsIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return names.sort().map((name) => readFileSync(`${folder}/${name}`, 'utf8').split('\n').slice(1).join('\n'))
}
