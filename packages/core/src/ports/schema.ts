/** One complaint of a schema about a value. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** What a schema answers: the value it understood, or its complaints. */
export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/**
 * Any schema that speaks Standard Schema v1 (https://standardschema.dev) and its JSON Schema extension, such as one of
 * zod 4: one definition validates input, prints the catalogue for a model, and documents itself.
 */
export interface Schema<Value = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** The value with defaults filled in, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined
    readonly jsonSchema: {
      /** JSON Schema of what may be given. */
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
      /** JSON Schema of what comes out. */
      readonly output: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
    }
  }
}
