import type { Check } from '../lib/check.ts'
import { files } from '../lib/files.ts'
import { parse } from '../lib/source.ts'
import { publishedPackages } from '../lib/workspace.ts'
import { defaultExports } from './rules/default-exports.ts'
import { importEffects } from './rules/import-effects.ts'
import { processEnv } from './rules/process-env.ts'
import { skipReasons } from './rules/skip-reasons.ts'
import { typesOnly } from './rules/types-only.ts'

/** Files that a tool loads by their default export. */
const configFile = /(?:^|\/)[\w.-]+\.(?:config|workspace)\.ts$|^\.ci\/lib\/tally-reporter\.ts$/
const testFile = /^(?:packages\/[^/]+\/test|examples\/[^/]+\/test|\.ci)\//
const mayReadEnv = /^(?:examples|\.ci|packages\/(?:testbed|bench|cli))\//

export const sourceRules: Check = {
  name: 'source-rules',
  todo: 'export by name, take settings as options, do nothing at import, and skip no test without a reason; ports hold types only',
  run(root) {
    const all = files(root, 'packages/**/*.{ts,tsx}', 'examples/**/*.{ts,tsx}', '.ci/**/*.ts')
    const published = publishedPackages(root).map((one) => `${one.folder}/src/`)
    const problems = all.flatMap((path) => {
      const source = parse(root, path)
      const isPublished = published.some((folder) => path.startsWith(folder)) && !path.startsWith('packages/cli/')
      return [
        ...(configFile.test(path) ? [] : defaultExports(source)),
        ...(mayReadEnv.test(path) || configFile.test(path) ? [] : processEnv(source)),
        ...(isPublished ? importEffects(source) : []),
        ...(testFile.test(path) ? skipReasons(source) : []),
        ...(path.startsWith('packages/core/src/ports/') ? typesOnly(source) : []),
      ]
    })
    return { says: `${all.length} files: named exports, no settings from the environment, nothing at import`, problems }
  },
}
