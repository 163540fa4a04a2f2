import { describe, expect, test } from 'vitest'
import { faultRuleOf, faultVariable } from '../src/kubelet/fault.ts'
import { faultShares } from '../src/kubelet/fault-shares.ts'
import { type Pod, podSchema } from '../src/kubelet/pod.ts'

const container = (image: string, env: { name: string; value: string }[] = []) => ({ name: 'app', image, env })

describe('what an image tag says', () => {
  test.each([
    ['registry.example:5000/shop/checkout', { fault: 'none' }],
    ['registry.example:5000/crash/checkout:v1', { fault: 'none' }],
    ['registry.example/shop/checkout:v2-crash', { fault: 'crash' }],
    ['checkout:v2-oom', { fault: 'out-of-memory' }],
    ['checkout:unready', { fault: 'unready' }],
    ['checkout:v2-unpullable', { fault: 'unpullable' }],
    ['checkout:v2-partial-1-of-3', { fault: 'crash', share: { count: 1, of: 3 } }],
    ['checkout:v2-wedged-2-of-5', { fault: 'wedged', share: { count: 2, of: 5 } }],
  ])('%s', (image, rule) => {
    expect(faultRuleOf(container(image))).toEqual(rule)
  })

  test('the variable says it in place of the tag, so that a rollback keeps the fault', () => {
    const env = [{ name: faultVariable, value: 'crash' }]
    expect(faultRuleOf(container('checkout:v1', env))).toEqual({ fault: 'crash' })
  })
})

describe('a fault that only some pods have', () => {
  const podOf = (uid: string, tag: string): Pod =>
    podSchema.parse({
      metadata: { name: uid, namespace: 'shop', uid, ownerReferences: [{ uid: 'replica-set', controller: true }] },
      spec: { containers: [{ name: 'app', image: `checkout:${tag}` }] },
    })

  function faultsOf(tag: string) {
    const shares = faultShares()
    const start = (uid: string) => {
      const pod = podOf(uid, tag)
      return pod.spec.containers.map((each) => shares.faultOf(pod, each))[0]
    }
    return { start, leave: (uid: string) => shares.leave(uid), forget: (uid: string) => shares.forget(uid) }
  }

  test('partial-1-of-3: one of three crashes, and so does the pod that replaces it', () => {
    const { start, leave, forget } = faultsOf('v2-partial-1-of-3')
    expect(['a', 'b', 'c'].map(start)).toEqual(['none', 'none', 'crash'])
    leave('c')
    expect(start('d')).toBe('crash')
    forget('c')
    forget('a')
    expect(start('e')).toBe('none')
  })

  test('wedged-1-of-3: one of the first three wedges, and the pod that replaces it does not', () => {
    const { start, forget } = faultsOf('v1-wedged-1-of-3')
    expect(['a', 'b', 'c'].map(start)).toEqual(['none', 'none', 'wedged'])
    forget('c')
    expect(start('d')).toBe('none')
  })

  test('wedged-1-of-1: the replacement of an only pod does not wedge, however long the old one takes to go', () => {
    const { start, leave, forget } = faultsOf('v1-wedged-1-of-1')
    expect(start('a')).toBe('wedged')
    leave('a')
    expect(start('b')).toBe('none')
    forget('a')
    expect(start('c')).toBe('none')
  })
})
