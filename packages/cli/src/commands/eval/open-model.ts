import { type LanguageModel, MendkitError } from '@mendkit/core'
import type { CommandIo } from '../../run/io.ts'
import { UsageError } from '../../run/usage-error.ts'
import { textOf } from '../audit/kept-files.ts'

/** What `--model` takes. */
export const modelSays =
  'openai:<model> with the key in OPENAI_API_KEY, and OPENAI_BASE_URL for a compatible server; anthropic:<model> with the key in ANTHROPIC_API_KEY, and ANTHROPIC_BASE_URL for a gateway; scripted:<file> with replies; file:<folder> where requests are written and replies waited for'

/** Opens the model that a spec names. What a vendor needs is loaded only then; what is missing is told. */
export async function openModel(spec: string, { env }: CommandIo): Promise<LanguageModel> {
  const [, kind, rest = ''] = /^([a-z]+):(.+)$/s.exec(spec) ?? []
  if (kind === 'openai') {
    const baseURL = filled(env['OPENAI_BASE_URL'])
    const apiKey = filled(env['OPENAI_API_KEY'])
    // A server of one's own may ask for no key.
    if (apiKey === undefined && baseURL === undefined) throw noKey('OPENAI_API_KEY')
    const { openaiModel } = await installed('@mendkit/openai', 'openai', () => import('@mendkit/openai'))
    return openaiModel({
      model: rest,
      ...(apiKey !== undefined && { apiKey }),
      ...(baseURL !== undefined && { baseURL, api: 'chat' }),
    })
  }
  if (kind === 'anthropic') {
    const baseURL = filled(env['ANTHROPIC_BASE_URL'])
    const apiKey = filled(env['ANTHROPIC_API_KEY'])
    if (apiKey === undefined) throw noKey('ANTHROPIC_API_KEY')
    const { anthropicModel } = await installed(
      '@mendkit/anthropic',
      '@anthropic-ai/sdk',
      () => import('@mendkit/anthropic'),
    )
    return anthropicModel({ model: rest, apiKey, ...(baseURL !== undefined && { baseURL }) })
  }
  if (kind === 'scripted') {
    const { readModelScript, scriptedModel } = await import('@mendkit/testkit')
    const script = readModelScript(textOf(rest))
    return scriptedModel(script.replies, script)
  }
  if (kind === 'file') {
    const { fileModel } = await import('@mendkit/eval')
    return fileModel({ folder: rest })
  }
  throw new UsageError(`--model is one of ${modelSays}, not ${spec}`)
}

/** The package of a vendor is not brought along: whoever needs it installs it beside. */
async function installed<Package>(name: string, peer: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load()
  } catch (cause) {
    throw new MendkitError('config', `${name} could not be loaded: run npm install ${name} ${peer} beside mendkit`, {
      cause,
    })
  }
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function noKey(name: string): UsageError {
  return new UsageError(`${name} must hold the key of the provider`)
}
