import type { JsonObject } from '../../model/json.ts'
import type { EvidenceTool } from '../../ports/evidence-source.ts'
import type { CatalogueEntry, ToolEntry } from '../../ports/investigation.ts'
import type { Schema } from '../../ports/schema.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** The actions, as analyzers are told of them. */
export function catalogueEntries({ actions, printSchema }: Pick<Parts, 'actions' | 'printSchema'>): CatalogueEntry[] {
  return Array.from(actions.values(), ({ type, description, risk, params }) => {
    return { type, description, risk, params: printSchema(params), problems: problemsOf(params) }
  })
}

/** The tools that can be read now, as analyzers are told of them. */
export function offeredEntries(parts: Pick<Parts, 'tools' | 'log' | 'printSchema'>): readonly ToolEntry[] {
  return [...parts.tools.values()]
    .filter((tool) => isOffered(parts, tool))
    .map(({ name, description, input }) => {
      return { name, description, input: parts.printSchema(input), problems: problemsOf(input) }
    })
}

function isOffered({ log }: Pick<Parts, 'log'>, tool: EvidenceTool): boolean {
  try {
    return tool.isOffered?.() ?? true
  } catch (error) {
    log.warn(describeFailure(`tool ${tool.name} could not say whether it is offered`, error))
    return false
  }
}

function problemsOf(schema: Schema): (value: JsonObject) => Promise<readonly string[]> {
  return async (value) => {
    const { issues = [] } = await schema['~standard'].validate(value)
    return issues.map(({ message, path = [] }) => {
      const at = issuePath(path.map((part) => (typeof part === 'object' ? part.key : part)))
      return at === '' ? message : `${at}: ${message}`
    })
  }
}
