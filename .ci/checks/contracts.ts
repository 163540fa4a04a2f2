import { basename } from 'node:path'
import ts from 'typescript'
import type { Check } from '../lib/check.ts'
import { exists, files, read } from '../lib/files.ts'
import { parse, place } from '../lib/source.ts'
import { publishedPackages } from '../lib/workspace.ts'

/** What an implementation of a port calls itself, and the contract of testkit that it must run. */
type PortContract = Readonly<Record<string, string>>

/** By file of packages/core/src/ports: its roles with their contracts, or why it has none. */
const ports: Readonly<Record<string, PortContract | string>> = {
  action: { Action: 'actionContract' },
  analysis: 'the answer of an analyzer, and of its contract',
  analyzer: { Analyzer: 'analyzerContract' },
  'anchor-sink': { AnchorSink: 'anchorSinkContract' },
  certifier: 'one function of the host; what it answers is checked, and without it an anchor is kept all the same',
  check: { Check: 'checkContract' },
  clock: { Clock: 'clockContract', Ids: 'idsContract', Random: 'randomContract' },
  context: { Logger: 'loggerContract' },
  correlator: { Correlator: 'correlatorContract' },
  detector: { Detector: 'detectorContract' },
  'evidence-source': { EvidenceSource: 'evidenceContract' },
  investigation: 'what the engine gives an analyzer; no plug-in implements it',
  'key-certifier': { KeyCertifier: 'keyCertifierContract' },
  'language-model': { LanguageModel: 'languageModelContract' },
  'mirror-sink': { MirrorSink: 'mirrorSinkContract' },
  notifier: { Notifier: 'notifierContract' },
  policy: { Policy: 'policyContract' },
  store: { Store: 'storeContract' },
  signer: { Signer: 'signerContract' },
  'time-zones': { TimeZones: 'timeZonesContract' },
  topology: { Topology: 'topologyContract' },
  'alert-store': 'a part of the store, and of its contract',
  'audit-store': 'a part of the store, and of its contract',
  'document-store': 'a part of the store, and of its contract',
  'history-store': 'a part of the store, and of its contract',
  'lease-store': 'a part of the store, and of its contract',
  'work-queue': 'a part of the store; its nudges are tried on PostgreSQL',
  telemetry: 'two methods of the host, and none of them can change what the engine does',
  observation: 'a part of the action, and of its contract',
  heartbeat: { Heartbeat: 'heartbeatContract' },
  integration: 'a bag of parts; each part has a contract of its own',
  reauthenticate: 'one function of the host: whatever it does wrong refuses, and the engine is tested for that',
  remediator: 'a bag of actions; each action has a contract of its own',
  schema: "somebody else's standard",
}

/** Functions that say a role and cannot run its contract, by file, and why. */
const exempt: Readonly<Record<string, string>> = {
  'packages/cli/src/commands/eval/open-model.ts': 'opens models of other packages, which run the contract there',
  'packages/eval/src/bundle/recorded-model.ts':
    'gives recorded replies in their order whatever is asked: nothing of a request reaches anybody',
}

const folder = 'packages/core/src/ports'
const index = 'packages/testkit/src/index.ts'

export const contracts: Check = {
  name: 'contracts',
  todo: 'give the port a contract in testkit and name both in .ci/checks/contracts.ts; run the contract with `holdsTo` in a test of the package',
  run(root) {
    const named = Object.keys(ports).map((name) => `${folder}/${name}.ts`)
    const there = files(root, `${folder}/*.ts`)
    const roles = new Map(
      Object.values(ports).flatMap((port) => (typeof port === 'string' ? [] : Object.entries(port))),
    )
    const offered = exists(root, index) ? read(root, index) : ''
    const problems = [
      ...there.filter((path) => !named.includes(path)).map((path) => `${path}: no contract, and no reason why not`),
      ...named.filter((path) => !there.includes(path)).map((path) => `${path}: named in the check, but not there`),
      ...[...roles.values()]
        .filter((contract) => !offered.includes(contract))
        .map((contract) => `${index}: does not export ${contract}`),
    ]
    let count = 0
    for (const { folder: one } of publishedPackages(root)) {
      const stale = new Set(Object.keys(exempt).filter((path) => path.startsWith(`${one}/`)))
      const tests = files(root, `${one}/test/**/*.test.ts`).map((path) => read(root, path))
      const run = tests.filter((text) => text.includes('holdsTo('))
      for (const { role, at } of implementations(root, one, roles)) {
        count += 1
        const contract = roles.get(role) ?? role
        const [path = ''] = at.split(':')
        if (exempt[path] !== undefined) {
          stale.delete(path)
          continue
        }
        if (run.some((text) => text.includes(contract))) continue
        problems.push(`${at}: a ${role}, but no test of ${basename(one)} runs ${contract}`)
      }
      for (const path of stale) problems.push(`${path}: exempt in the check, but it implements no port`)
    }
    return { says: `${count} implementations of ${roles.size} ports, in packages that run their contracts`, problems }
  },
}

/** Functions and constants of a package that say that they are, or make, an implementation of a port. */
function implementations(root: string, one: string, roles: ReadonlyMap<string, string>) {
  return files(root, `${one}/src/**/*.ts`).flatMap((path) =>
    parse(root, path).statements.flatMap((statement) =>
      typesOf(statement).flatMap((type) => {
        const role = roleOf(type)
        return role !== undefined && roles.has(role) ? [{ role, at: place(type, path) }] : []
      }),
    ),
  )
}

function typesOf(statement: ts.Statement): readonly ts.TypeNode[] {
  if (ts.isFunctionDeclaration(statement)) return statement.type === undefined ? [] : [statement.type]
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap(({ type }) => type ?? [])
}

/** The name behind `Role` or `Promise<Role>`. */
function roleOf(type: ts.TypeNode): string | undefined {
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return undefined
  const [inner] = type.typeArguments ?? []
  return type.typeName.text === 'Promise' && inner !== undefined ? roleOf(inner) : type.typeName.text
}
