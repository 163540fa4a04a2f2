import type { JsonObject, LanguageModel } from '@mendkit/core'
import type { ModelSituation } from './situation.ts'

/** A turn as a server understood it. */
export type ReceivedTurn =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant'
      readonly text: string
      readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[]
      /** The sealed part of thinking that was given back with this turn. */
      readonly sealed: readonly string[]
    }
  | { readonly role: 'tool'; readonly results: readonly ReceivedResult[] }

/** What a tool answered, as a server understood it. */
export interface ReceivedResult {
  readonly callId: string
  readonly text: string
  /** Where the protocol can say it. */
  readonly failed?: boolean
}

/** A request as a server understood it, whatever its protocol calls things. */
export interface ReceivedModelRequest {
  readonly model: string
  readonly instructions: string
  readonly turns: readonly ReceivedTurn[]
  readonly tools: readonly { readonly name: string; readonly description: string; readonly input: JsonObject }[]
  /** Absent: the request did not say. */
  readonly toolChoice?: 'auto' | 'required' | 'none'
  /** The JSON Schema that the reply is held to. */
  readonly outputSchema?: JsonObject
  readonly maxOutputTokens?: number
}

/** A model, and what stands at its other end. */
export interface ServedModel {
  readonly model: LanguageModel
  /** Every request that came, as the server understood it. */
  readonly received: () => readonly ReceivedModelRequest[]
  /** How many requests came at all, those that follow a redirect included. */
  readonly requests: () => number
  /** Lets a `held` reply go on. */
  readonly proceed: () => void
  /** Resolves when a request has arrived. */
  readonly arrived: () => Promise<void>
  /** Resolves when the model has closed the connection of a request that was not answered to its end. */
  readonly hungUp: () => Promise<void>
}

/** What the contract needs of a language model. Give it `Symbol.asyncDispose` to end its servers. */
export interface LanguageModelSubject {
  /** A model whose every call meets this situation. */
  readonly serve: (situation: ModelSituation) => Promise<ServedModel>
  /** What the models prove with who they are. */
  readonly secret?: string
  /** One that says that it can neither call tools nor be held to a schema. */
  readonly plain?: () => Promise<ServedModel>
}
