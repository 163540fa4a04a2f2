import type { Lock, Resource } from '@mendkit/core'
import { test } from 'vitest'
import { identity } from '../src/stored/common.ts'
import { either, type Field, field, flag, number, object, oneOf, optional, text } from '../src/stored/field.ts'

const lock = { ...identity, holder: optional(text), lastEffectAt: optional(number) }

test('a schema has every field of its model, optional ones included', () => {
  object<Lock>(lock)
  const { holder: _, ...less } = lock
  // @ts-expect-error `holder` is missing.
  object<Lock>(less)
  // @ts-expect-error `kind` is missing.
  object<Resource>({ cluster: text, apiVersion: text, namespace: optional(text), name: text, uid: optional(text) })
})

test('a schema has no field that its model lacks', () => {
  // @ts-expect-error a lock has no owner.
  object<Lock>({ ...identity, holder: optional(text), lastEffectAt: optional(number), owner: text })
})

test('what is optional in one is optional in the other', () => {
  // @ts-expect-error a lock may have no holder.
  object<Lock>({ ...lock, holder: text })
  // @ts-expect-error every lock has an id.
  object<Lock>({ ...lock, id: optional(text) })
})

test('a field allows neither more nor less than the model', () => {
  object<{ readonly level: 'low' | 'high' }>({ level: oneOf('low', 'high') })
  // @ts-expect-error the model knows `high` as well.
  object<{ readonly level: 'low' | 'high' }>({ level: oneOf('low') })
  // @ts-expect-error the model does not know `top`.
  object<{ readonly level: 'low' | 'high' }>({ level: oneOf('low', 'high', 'top') })
  // @ts-expect-error a number is no text.
  object<Lock>({ ...lock, id: number })
  const withoutUid = object<Omit<Resource, 'uid'>>({
    cluster: text,
    apiVersion: text,
    kind: text,
    namespace: optional(text),
    name: text,
  })
  // @ts-expect-error nested models are held to the same.
  object<{ readonly on: Resource }>({ on: withoutUid })
  // @ts-expect-error also where the check is written by hand.
  const _value: Field<string | number> = field((value) => typeof value === 'string')
  // @ts-expect-error and where it is put together.
  const _either: Field<string | number> = either(text, flag)
})
