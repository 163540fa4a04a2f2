export { anthropicModel } from './anthropic-model.ts'
export type { HostAnthropicClient } from './client.ts'
export type { AnthropicModelOptions, AnthropicThinking } from './options.ts'
