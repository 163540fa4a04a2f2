import type { Command } from '../../run/command.ts'
import { databaseOption } from '../../store/database.ts'

/** `mendkit doctor` */
export const doctor: Command = {
  name: 'doctor',
  summary:
    'Looks at the store, and where they are named at the cluster and the Alertmanager, and says what is wrong. Changes nothing; the exit code is 1 when anything is.',
  options: {
    ...databaseOption,
    kubeconfig: { type: 'string', value: 'file', says: 'the kubeconfig [default: what kubectl would use]' },
    'read-context': { type: 'string', value: 'name', says: 'its context that reads' },
    'act-context': { type: 'string', value: 'name', says: 'its context that acts' },
    namespaces: { type: 'string', multiple: true, value: 'names', says: 'where, with commas between [default: all]' },
    actions: {
      type: 'string',
      multiple: true,
      value: 'types',
      says: 'those of kubernetes() [default: all but those on nodes]',
    },
    alertmanager: {
      type: 'string',
      value: 'url',
      says: 'address of an Alertmanager; MENDKIT_ALERTMANAGER_TOKEN is its bearer token',
    },
    cluster: { type: 'string', value: 'name', says: 'of alerts without a cluster label [default: default]' },
  },
  examples: [
    'mendkit doctor',
    'mendkit doctor --read-context mendkit-read --act-context mendkit-act --namespaces shop',
    'mendkit doctor --alertmanager http://alertmanager:9093 --json',
  ],
  // Loaded on use: every other command does without it.
  run: async (call) => (await import('./look.ts')).look(call),
}
