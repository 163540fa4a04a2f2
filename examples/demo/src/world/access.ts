import { leastPermissions, roleRules } from '@mendkit/kubernetes'
import type { SimulatedUser } from '@mendkit/testkit'

const namespaces = ['shop']
const { read, act } = leastPermissions()

/** May look at the shop, and change nothing. */
export const reader: SimulatedUser = { name: 'mendkit-read', namespaces, rules: roleRules(read) }

/** May do what the actions of @mendkit/kubernetes do, and nothing else. */
export const actor: SimulatedUser = { name: 'mendkit-act', namespaces, rules: roleRules(act) }
