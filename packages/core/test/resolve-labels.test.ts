import { resolveLabels } from '@mendkit/core'
import { expect, test } from 'vitest'

test('labels name the object that they are about, in the cluster that is given', () => {
  expect(resolveLabels({ alertname: 'A', namespace: 'shop', deployment: 'checkout' }, 'prod')).toEqual({
    kind: 'resolved',
    resource: { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  })
})

test('labels that name none say which there are and what to add', () => {
  const { because } = { because: '', ...resolveLabels({ alertname: 'A', severity: 'page', team: 'web' }, 'prod') }
  expect(because).toContain('the labels severity, team')
  expect(because).toContain('settings.mappings')
})
