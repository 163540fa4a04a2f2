/** Fields whose texts name things or choose among a few words, and so may be read by whoever approves a change. */
const SHOWN: ReadonlySet<string> = new Set([
  'accessModes',
  'add',
  'apiVersion',
  'claimName',
  'dnsPolicy',
  'divisor',
  'drop',
  'effect',
  'fieldPath',
  'fsGroupChangePolicy',
  'hostname',
  'image',
  'imagePullPolicy',
  'ip',
  'key',
  'kind',
  'localhostProfile',
  'medium',
  'mountPath',
  'mountPropagation',
  'name',
  'nodeName',
  'operator',
  'path',
  'pathType',
  'port',
  'preemptionPolicy',
  'priorityClassName',
  'protocol',
  'resource',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'scheme',
  'secretName',
  'serviceAccount',
  'serviceAccountName',
  'sizeLimit',
  'storageClassName',
  'subPath',
  'subdomain',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'topologyKey',
  'type',
  'whenUnsatisfiable',
  'workingDir',
])
/** Maps whose every member may be read: quantities, and labels, which the cluster itself shows to everybody. */
const SHOWN_MAPS: readonly string[] = ['limits', 'requests', 'labels', 'matchLabels', 'nodeSelector']
/** Maps whose members anybody may name as they like. */
const FREE_MAPS: readonly string[] = ['annotations', 'volumeAttributes', 'options']
/** Words of a command line. Of these only the names of flags are shown. */
const COMMAND_LINES: readonly string[] = ['args', 'command']

/**
 * A text of an object as a person may see it in a difference: quoted where its field is known to hold no secret, else as
 * `hidden` says. What is not known is hidden: a new field of Kubernetes must not show what nobody has thought about.
 * Of a command line the names of long flags are shown and their values are not. `keys` lead to the text, without the
 * places in lists.
 */
export function shownLiteral(keys: readonly string[], text: string, hidden: () => string): string {
  const key = keys.at(-1) ?? ''
  if (COMMAND_LINES.includes(key)) return shownWord(text, hidden)
  const map = keys.at(-2) ?? ''
  const shown = SHOWN_MAPS.includes(map) || (SHOWN.has(key) && !FREE_MAPS.includes(map))
  // A path may carry a query, and that a token.
  return shown && !text.includes('?') ? JSON.stringify(text) : hidden()
}

function shownWord(word: string, hidden: () => string): string {
  const [, flag, value] = /^(--[a-z][a-z0-9-]*)(=.*)?$/s.exec(word) ?? []
  if (flag === undefined) return hidden()
  return value === undefined ? JSON.stringify(flag) : `${JSON.stringify(flag)} = ${hidden()}`
}
