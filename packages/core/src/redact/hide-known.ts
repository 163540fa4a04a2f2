import { MendkitError } from '../errors.ts'
import type { Json } from '../model/json.ts'
import { findKnown } from './known-secrets.ts'
import { redactMarking } from './redact.ts'
import { throughLayers } from './rules.ts'
import { marker } from './secret-keys.ts'
import type { Rule } from './span.ts'

/** Takes out of a text what a host says must never show. */
export interface HideKnown {
  /** The values alone: for what has passed the redactor already. */
  text<Text extends string>(text: Text): Text
  /** Throws `unavailable` when the host's values cannot be read now, so that nothing of a text would be left. */
  assertReadable(): void
}

/**
 * Hides the values that `secrets` gives, however they are encoded. It is asked before every text, so that a secret that was changed
 * is known at once; the same array means that nothing has changed. When it throws, or gives what cannot be looked for, nothing of
 * a text is shown: `[redacted:text]` stands in its place.
 */
export function hideKnown(secrets: () => readonly string[]): HideKnown {
  let known: { readonly values: readonly string[]; readonly rules: readonly Rule[] } | undefined

  function rulesNow(): readonly Rule[] {
    const values = secrets()
    if (known?.values !== values)
      known = { values, rules: values.length === 0 ? [] : throughLayers([findKnown(values)]) }
    return known.rules
  }

  function hidden(text: string): string {
    try {
      const rules = rulesNow()
      return rules.length === 0 ? text : redactMarking(text, marker, rules)
    } catch {
      return marker('text')
    }
  }

  return {
    text: (text) => hidden(text) as typeof text,
    assertReadable() {
      try {
        rulesNow()
      } catch {
        // What was thrown may hold a secret.
        const text =
          'system.secrets threw, or gave what is no list of texts: nothing is sent while nobody knows what must not show'
        throw new MendkitError('unavailable', text, { effect: 'none' })
      }
    },
  }
}

/** The same value with every text in it hidden; names of fields stay. */
export function hideIn<Value>(value: Value, hide: HideKnown): Value {
  return below(value as Json, hide) as Value
}

function below(value: Json, hide: HideKnown): Json {
  if (typeof value === 'string') return hide.text(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: Json) => below(item, hide))
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, below(field, hide)]))
}
