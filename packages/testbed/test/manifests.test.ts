import { expect, test } from 'vitest'
import { parseManifests } from '../src/kube/apply-yaml.ts'

test('reads every document and passes over empty ones', () => {
  const yaml = `
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
---
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}, "data": {"k": "v"}}
`
  expect(parseManifests(yaml)).toMatchObject([{ kind: 'Namespace' }, { kind: 'ConfigMap', data: { k: 'v' } }])
})

test.each([
  ['kind: Namespace\n---\nmetadata: {}', 'document 1 is not a Kubernetes object'],
  ['apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n{', 'document 2'],
])('refuses %j and names the document', (yaml, words) => {
  expect(() => parseManifests(yaml)).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(() => parseManifests(yaml)).toThrow(words)
})
