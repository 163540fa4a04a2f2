import { readFileSync } from 'node:fs'
import { ours } from '../src/schema.ts'
import { editedSchemas, freeze, frozenFolder, frozenSchemas } from '../test/frozen-schemas.ts'

// Freezes the schema that this code makes, as part of a release; with --check it only looks whether that is done. What was
// released is never written again.
const { version: release } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const frozen = frozenSchemas().some(({ version }) => version === ours)
const edited = editedSchemas()

if (edited.length === 0 && frozen) {
  console.log(`schema ${ours} is frozen in ${frozenFolder}`)
} else if (process.argv.includes('--check')) {
  fail(edited.length === 0 ? `schema ${ours} is not frozen: run \`pnpm schema:freeze\` and commit it` : changed())
} else if (edited.length > 0 && release !== '0.0.0') {
  fail(changed())
} else {
  await freeze(ours)
  console.log(`froze schema ${ours} in ${frozenFolder}; commit it`)
}

function changed(): string {
  return `${edited.join(', ')}: a released step never changes; take the edit back and add a step to packages/sql/src/migrations.ts`
}

function fail(says: string): void {
  console.error(says)
  process.exitCode = 1
}
