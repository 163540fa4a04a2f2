import { readFileSync } from 'node:fs'
import { type LanguageModel, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { CommandIo } from '../../run/io.ts'
import { UsageError } from '../../run/usage-error.ts'

/** What `--model` takes. */
export const modelSays =
  'openai:<model> with the key in OPENAI_API_KEY, and OPENAI_BASE_URL for a compatible server; anthropic:<model> with the key in ANTHROPIC_API_KEY; scripted:<file> with replies; file:<folder> where requests are written and replies waited for'

/** Opens the model that a spec names. What a vendor needs is loaded only then; what is missing is told. */
export async function openModel(spec: string, { env }: CommandIo): Promise<LanguageModel> {
  const [, kind, rest = ''] = /^([a-z]+):(.+)$/s.exec(spec) ?? []
  if (kind === 'openai') {
    const baseURL = env['OPENAI_BASE_URL']
    const compatible = baseURL === undefined ? {} : { baseURL, api: 'chat' }
    return vendorModel(
      { name: '@mendkit/openai', peer: 'openai', make: 'openaiModel' },
      { model: rest, ...compatible, ...keyOf(env, 'OPENAI_API_KEY', baseURL === undefined) },
    )
  }
  if (kind === 'anthropic') {
    return vendorModel(
      { name: '@mendkit/anthropic', peer: '@anthropic-ai/sdk', make: 'anthropicModel' },
      { model: rest, ...keyOf(env, 'ANTHROPIC_API_KEY', true) },
    )
  }
  if (kind === 'scripted') {
    const { readModelScript, scriptedModel } = await import('@mendkit/testkit')
    const script = readModelScript(readFileSync(rest, 'utf8'))
    return scriptedModel(script.replies, script)
  }
  if (kind === 'file') {
    const { fileModel } = await import('@mendkit/eval')
    return fileModel({ folder: rest })
  }
  throw new UsageError(`--model is one of ${modelSays}, not ${spec}`)
}

interface Vendor {
  readonly name: string
  readonly peer: string
  readonly make: string
}

const made = z.custom<LanguageModel>((value) => typeof value === 'object' && value !== null && 'generate' in value)

/** The package of a vendor is no dependency of the command: whoever needs it installs it beside. */
async function vendorModel(
  { name, peer, make }: Vendor,
  options: Readonly<Record<string, string>>,
): Promise<LanguageModel> {
  const found: unknown = await import(name).catch((cause: unknown) => {
    throw new MendkitError('config', `${name} could not be loaded: run npm install ${name} ${peer} beside mendkit`, {
      cause,
    })
  })
  const factory: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, make) : undefined
  if (typeof factory !== 'function')
    throw new MendkitError('config', `${name} has no ${make}: install its newest version`)
  return made.parse(factory(options))
}

function keyOf(env: CommandIo['env'], name: string, needed: boolean): { readonly apiKey?: string } {
  const apiKey = env[name]
  if (apiKey !== undefined && apiKey !== '') return { apiKey }
  if (needed) throw new UsageError(`${name} must hold the key of the provider`)
  return {}
}
