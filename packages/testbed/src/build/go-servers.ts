import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'

/** A server that is built from a Go module. Its version is the one that `go/<name>/go.mod` pins, and nowhere else. */
export interface GoServer {
  readonly name:
    | 'etcd'
    | 'kube-apiserver'
    | 'kube-controller-manager'
    | 'kube-state-metrics'
    | 'alertmanager'
    | 'log-judge'
    | 'versitygw'
  /** Import path of the main package; also the `tool` line of the go.mod. */
  readonly mainPackage: string
  /** Module whose pinned version is the server's version. */
  readonly module: string
  /** What the linker writes the version into: a Kubernetes binary refuses its own feature gates without it. */
  readonly linkedVersion: 'kubernetes' | 'prometheus' | 'none'
  /** Arguments with which it prints its version and ends. @default ['--version'] */
  readonly versionArguments?: readonly string[]
  /** Files beside the go.mod that are built themselves. @default none: all of it lies in the module */
  readonly sources?: readonly string[]
}

/** Reads signed notes and proofs of the audit log with the packages that the Go project has for transparency logs. */
export const logJudge: GoServer = {
  name: 'log-judge',
  module: 'golang.org/x/mod',
  mainPackage: '.',
  linkedVersion: 'none',
  sources: ['main.go'],
}

/** An S3 server with object lock and conditional writes, for anchors. */
export const versitygw: GoServer = {
  name: 'versitygw',
  module: 'github.com/versity/versitygw',
  mainPackage: 'github.com/versity/versitygw/cmd/versitygw',
  linkedVersion: 'none',
}

/** Every server of the testbed that `testbed build` compiles. */
export const goServers: readonly GoServer[] = [
  {
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    mainPackage: 'go.etcd.io/etcd/server/v3',
    linkedVersion: 'none',
  },
  {
    name: 'kube-apiserver',
    module: 'k8s.io/kubernetes',
    mainPackage: 'k8s.io/kubernetes/cmd/kube-apiserver',
    linkedVersion: 'kubernetes',
  },
  {
    name: 'kube-controller-manager',
    module: 'k8s.io/kubernetes',
    mainPackage: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    linkedVersion: 'kubernetes',
  },
  {
    name: 'kube-state-metrics',
    module: 'k8s.io/kube-state-metrics/v2',
    mainPackage: 'k8s.io/kube-state-metrics/v2',
    linkedVersion: 'none',
    versionArguments: ['version'],
  },
  {
    name: 'alertmanager',
    module: 'github.com/prometheus/alertmanager',
    mainPackage: 'github.com/prometheus/alertmanager/cmd/alertmanager',
    linkedVersion: 'prometheus',
  },
]

/** What is needed to build a server and to find it again. */
export interface GoBuild {
  readonly server: GoServer
  /** Folder that holds the go.mod and go.sum. */
  readonly moduleFolder: string
  /** Such as `v1.37.2`. */
  readonly version: string
  /** Arguments of `go`, without the output. */
  readonly arguments: readonly string[]
  /** Folder in the cache: version and a digest of pins and flags, so that a change of either builds anew. */
  readonly binaryFolder: string
}

/** Reads the pins of a server. Throws `config` when its go.mod does not name the module. */
export function goBuildOf(server: GoServer): GoBuild {
  const moduleFolder = join(import.meta.dirname, '..', '..', 'go', server.name)
  const pins = readFileSync(join(moduleFolder, 'go.mod'), 'utf8')
  const version = pins
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^require /, '')
        .split(' '),
    )
    .find(([name, pinned]) => name === server.module && pinned?.startsWith('v'))?.[1]
  if (!version) throw new MendkitError('config', `${moduleFolder}/go.mod does not require ${server.module}: pin it`)
  const build = ['build', '-trimpath', `-ldflags=${linkerFlags(server, version)}`]
  const hash = createHash('sha256').update(pins)
  for (const file of ['go.sum', ...(server.sources ?? [])]) hash.update(readFileSync(join(moduleFolder, file)))
  const digest = hash.update(JSON.stringify([build, process.platform, process.arch])).digest('hex')
  return {
    server,
    moduleFolder,
    version,
    arguments: build,
    binaryFolder: `${server.name}-${version}-${digest.slice(0, 12)}`,
  }
}

function linkerFlags(server: GoServer, version: string): string {
  return ['-s -w', ...versionVariables(server, version)].join(' ')
}

function versionVariables({ linkedVersion }: GoServer, version: string): readonly string[] {
  if (linkedVersion === 'none') return []
  if (linkedVersion === 'prometheus') {
    return [`-X github.com/prometheus/common/version.Version=${version.replace(/^v/, '')}`]
  }
  const [major, minor] = version.replace(/^v/, '').split('.')
  const facts = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' })
  // The second one is what clients say in their User-Agent.
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  return packages.flatMap((path) => facts.map(([name, value]) => `-X ${path}.${name}=${value}`))
}
