import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from '../lib/check.ts'
import { run, tool } from '../lib/command.ts'

export const reference: Check = {
  name: 'reference',
  todo: 'write what the symbol promises in a comment above it, export the type that a signature names, or mend the link',
  async run(root) {
    const out = mkdtempSync(join(tmpdir(), 'mendkit-reference-'))
    try {
      const args = ['--out', out, '--treatWarningsAsErrors', '--treatValidationWarningsAsErrors', '--logLevel', 'Warn']
      const { code, output } = await run(tool('typedoc'), args, { cwd: root, env: { NO_COLOR: '1' } })
      return { says: 'typedoc documents every exported symbol', problems: code === 0 ? [] : [output.trim()] }
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  },
}
