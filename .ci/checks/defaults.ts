import type { Check } from '../lib/check.ts'
import { defaultsDoc } from '../lib/defaults-doc.ts'
import { exists, read } from '../lib/files.ts'

export const defaultsPath = 'docs/reference/defaults.md'

export const defaults: Check = {
  name: 'defaults',
  todo: 'run `pnpm docs:defaults` and commit the page',
  run(root) {
    const same = exists(root, defaultsPath) && read(root, defaultsPath) === defaultsDoc()
    return {
      says: `${defaultsPath} says what the code does`,
      problems: same ? [] : [`${defaultsPath}: is not what the settings say now`],
    }
  },
}
