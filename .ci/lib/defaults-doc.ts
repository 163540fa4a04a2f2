import { settingsSchema } from '../../packages/core/src/engine/settings.ts'

/** A JSON Schema, as far as a settings group uses it. */
interface SettingSchema {
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, SettingSchema>>
}

/** The page `docs/reference/defaults.md`, from the schema that checks the settings of every host. */
export function defaultsDoc(): string {
  const schema = settingsSchema.toJSONSchema({ io: 'input' }) as SettingSchema
  const groups = Object.entries(schema.properties ?? {}).flatMap(([name, group]) => ['', ...groupLines(name, group)])
  const head = [
    '# Defaults',
    '',
    'Every setting of `createMendkit({ settings })`, generated from the code that checks it (`pnpm docs:defaults`). Times are',
    'milliseconds. Autonomy is `{ default: "suggest" }`, the store is `memoryStore()`, there are no policies (so every plan is',
    'denied), and the only notifier is the log.',
  ]
  return `${[...head, ...groups].join('\n')}\n`
}

function groupLines(name: string, group: SettingSchema): string[] {
  const rows = Object.entries(group.properties ?? {}).map(([key, setting]) => {
    if (setting.description === undefined) {
      throw new Error(`settings.${name}.${key} has no description`)
    }
    const bounds = setting.minimum === undefined ? '' : `${setting.minimum} to ${setting.maximum}`
    return `| \`${name}.${key}\` | \`${JSON.stringify(setting.default)}\` | ${bounds} | ${setting.description} |`
  })
  return [`## ${name}`, '', '| setting | default | bounds | what it does |', '|---|---|---|---|', ...rows]
}
