import {
  IdentifierNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type RootOperationNode,
  type SchemableIdentifierNode,
} from 'kysely'
import type { Database } from './tables.ts'

/** Where the tables of a store are, beside others in one database. */
export interface Place {
  /** The schema of PostgreSQL. Absent: the first one of the user's search path. */
  readonly schema?: string | undefined
  /** What their names begin with. */
  readonly prefix: string
}

/** What the names of tables and indexes begin with where nothing else is said, and in the text of this package. */
export const usualPrefix = 'mendkit_'

/** Where tables are when nothing is said. */
export const usualPlace: Place = { prefix: usualPrefix }

const ourNames = /(\bindex )?\bmendkit_(\w+)/g

/**
 * A statement of our own about our tables in their place. Indexes stand in the schema of their table, and cannot be named with
 * it where they are made.
 */
export function placed(statement: string, { schema, prefix }: Place): string {
  const before = schema === undefined ? '' : `${schema}.`
  return statement.replaceAll(ourNames, (_, index: string | undefined, rest: string) =>
    index === undefined ? `${before}${prefix}${rest}` : `${index}${prefix}${rest}`,
  )
}

/** What locks of a deployment are named by, so that two in one database do not wait for each other. */
export function lockPrefix({ schema, prefix }: Place): string {
  return schema === undefined && prefix === usualPrefix ? 'mendkit' : `mendkit ${schema ?? ''}.${prefix}`
}

/** The place that options name. */
export function placeOf({
  schema,
  prefix = usualPrefix,
}: {
  readonly schema?: string
  readonly prefix?: string
}): Place {
  return { schema, prefix }
}

/** The same database, for tables that may be elsewhere than usual. */
export function inItsPlace(db: Database, place: Place): Database {
  return place.schema === undefined && place.prefix === usualPrefix ? db : db.withPlugin(inPlace(place))
}

/** Lets queries that name our tables as usual find them in their place. */
function inPlace({ schema, prefix }: Place): KyselyPlugin {
  class ToPlace extends OperationNodeTransformer {
    protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
      const { name } = node.identifier
      if (!name.startsWith(usualPrefix)) return node
      return {
        ...node,
        identifier: IdentifierNode.create(prefix + name.slice(usualPrefix.length)),
        ...(schema !== undefined && { schema: IdentifierNode.create(schema) }),
      }
    }
  }
  const transformer = new ToPlace()
  return {
    transformQuery: ({ node, queryId }) => transformer.transformNode(node as RootOperationNode, queryId),
    transformResult: async ({ result }) => result,
  }
}
