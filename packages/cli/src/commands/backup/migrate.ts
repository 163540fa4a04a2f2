import { type DatabaseMigration, migrateDatabase } from '@mendkit/sql'
import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { databaseOption, databaseSource, tablePlace } from '../../store/database.ts'

/** `mendkit migrate` */
export const migrate: Command = {
  name: 'migrate',
  summary:
    'Makes the tables in a database, or brings them up to this version, and tells what it did. Hosts do the same when they open it; this is for those whose user may not make tables.',
  options: {
    ...databaseOption,
    'dry-run': { type: 'boolean', says: 'only tells what would be done' },
    sql: { type: 'boolean', says: 'only prints the SQL, for a database that somebody else migrates' },
  },
  examples: ['mendkit migrate --dry-run', 'mendkit migrate --db postgres://mendkit@db/mendkit --sql > migrate.sql'],
  async run(call) {
    const { args } = call
    const [dryRun, sql] = [args.flag('dry-run'), args.flag('sql')]
    if (dryRun && sql) throw new UsageError('--dry-run and --sql are two answers; choose one')
    const found = await migrateDatabase(databaseSource(call), { dryRun: dryRun || sql, ...tablePlace(call) })
    const { name, from, to, steps } = found
    const json = {
      database: name,
      from,
      to,
      steps,
      done: !dryRun && !sql && steps.length > 0,
      ...(sql && { sql: found.sql }),
    }
    return { json, text: () => (sql ? found.sql : words(found, dryRun)) }
  },
}

function words({ name, from, to, steps }: DatabaseMigration, dryRun: boolean): string {
  if (steps.length === 0) return `${name}: the tables are of version ${from}, and there is nothing to do`
  const state = from === 0 ? 'there are no tables' : `the tables are of version ${from}`
  const doing = dryRun ? 'would be done' : 'done'
  return [
    `${name}: ${dryRun ? state : `the tables are of version ${to} now`}`,
    ...steps.map((step) => `${step.version} ${step.name}: ${doing}`),
  ].join('\n')
}
