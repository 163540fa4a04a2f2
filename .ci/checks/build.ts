import type { Check } from '../lib/check.ts'
import { pnpm } from '../lib/pnpm.ts'

export const build: Check = {
  name: 'build',
  todo: 'mend the error above; `pnpm --filter <package> build` builds one package',
  async run(root) {
    const { code, output } = await pnpm(['build'], { cwd: root })
    return { says: 'every package builds', problems: code === 0 ? [] : [output.trim()] }
  },
}
