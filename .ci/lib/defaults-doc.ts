import { settingsSchema } from '../../packages/core/src/engine/settings.ts'

/** A JSON Schema, as far as a settings group uses it. */
interface SettingSchema {
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, SettingSchema>>
  /** What stands in a list. */
  readonly items?: SettingSchema
}

/** The page `docs/reference/defaults.md`, from the schema that checks the settings of every host. */
export function defaultsDoc(): string {
  const schema = settingsSchema.toJSONSchema({ io: 'input' }) as SettingSchema
  const settings = Object.entries(schema.properties ?? {})
  const single = settings.filter(([, setting]) => setting.properties === undefined)
  const groups = settings.filter(([, setting]) => setting.properties !== undefined)
  const head = [
    '# Defaults',
    '',
    'Every setting of `createMendkit({ settings })`, generated from the code that checks it (`pnpm docs:defaults`). Times are',
    'milliseconds. Autonomy is `{ default: "suggest" }`, the store is `memoryStore()`, there are no policies (so every plan is',
    'denied), and the only notifier is the log.',
  ]
  const tables = groups.flatMap(([name, { properties = {} }]) => [
    ...['', `## ${name}`],
    ...tableLines(Object.entries(properties).flatMap(([key, setting]) => withParts(`${name}.${key}`, setting))),
  ])
  return `${[...head, ...tableLines(single), ...tables].join('\n')}\n`
}

/** A setting, followed by what it consists of. */
function withParts(name: string, setting: SettingSchema): readonly (readonly [string, SettingSchema])[] {
  const inner = setting.items ?? setting
  const prefix = setting.items === undefined ? name : `${name}[]`
  const parts = Object.entries(inner.properties ?? {})
  return [[name, setting], ...parts.flatMap(([key, part]) => withParts(`${prefix}.${key}`, part))]
}

function tableLines(settings: readonly (readonly [string, SettingSchema])[]): string[] {
  const rows = settings.map(([name, setting]) => {
    if (setting.description === undefined) {
      throw new Error(`settings.${name} has no description`)
    }
    const bounds = setting.minimum === undefined ? '' : `${setting.minimum} to ${setting.maximum}`
    const byDefault = setting.default === undefined ? 'none' : `\`${JSON.stringify(setting.default)}\``
    return `| \`${name}\` | ${byDefault} | ${bounds} | ${setting.description} |`
  })
  return ['', '| setting | default | bounds | what it does |', '|---|---|---|---|', ...rows]
}
