import { relative } from 'node:path'
import ts from 'typescript'
import type { Check } from '../lib/check.ts'
import { programOf } from '../lib/program.ts'
import { walk } from '../lib/source.ts'
import { bannedUses } from './rules/banned-names.ts'
import { moduleState } from './rules/module-state.ts'

/** The one folder that may touch the real clock, chance and timers: it implements the ports on them. */
const exempt = /^packages\/core\/src\/system\//

export const determinism: Check = {
  name: 'determinism',
  todo: 'take time, ids, chance and time zones from the ports in CallContext or the factory; hold state inside a function',
  run(root) {
    const { program, sources } = programOf(root, 'packages/core/src/**/*.ts')
    const checker = program.getTypeChecker()
    const checked = sources.filter((source) => !exempt.test(relative(root, source.fileName)))
    const problems: string[] = []
    for (const source of checked) {
      walk(source, (node) => {
        if (ts.isTypeNode(node)) return
        problems.push(...bannedUses(node, checker), ...moduleState(node, checker))
      })
    }
    const said = problems.map((problem) => problem.replace(`${root}/`, ''))
    return {
      says: `${checked.length} files of core take time, chance and ids from ports only`,
      problems: [...new Set(said)],
    }
  },
}
