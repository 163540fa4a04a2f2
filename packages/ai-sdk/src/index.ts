export { aiSdkModel } from './ai-sdk-model.ts'
export type { AiSdkLanguageModel } from './client.ts'
export type { AiSdkModelOptions } from './options.ts'
