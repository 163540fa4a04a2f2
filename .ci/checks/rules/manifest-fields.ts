import type { Manifest, WorkspacePackage } from '../../lib/workspace.ts'

const repository = 'https://github.com/mendkit/mendkit'

/** What a field must be, as text to print, and whether it is. */
type Demand = readonly [field: string, demand: string, holds: boolean]

function demands({ folder, manifest: one }: WorkspacePackage): readonly Demand[] {
  const files = new Set(one.files)
  return [
    ['description', 'a sentence', (one.description ?? '').length > 10],
    ['keywords', 'a list that begins with "mendkit"', one.keywords?.[0] === 'mendkit' && one.keywords.length > 1],
    ['license', 'Apache-2.0', one.license === 'Apache-2.0'],
    ['type', 'module', one.type === 'module'],
    ['sideEffects', 'false', one.sideEffects === false],
    ['engines', '{ "node": ">=22.19.0" }', one.engines?.node === '>=22.19.0'],
    [
      'homepage',
      `${repository}/tree/main/${folder}#readme`,
      one.homepage === `${repository}/tree/main/${folder}#readme`,
    ],
    ['bugs', `${repository}/issues`, one.bugs === `${repository}/issues`],
    ['repository', `the address and "directory": "${folder}"`, isRepository(one, folder)],
    ['files', 'dist, README.md, LICENSE', ['dist', 'README.md', 'LICENSE'].every((name) => files.has(name))],
    // Provenance can be had from a builder in a cloud alone: a release from a machine would fail.
    ['publishConfig', 'public access without provenance', isPublic(one)],
  ]
}

function isRepository({ repository: at }: Manifest, folder: string): boolean {
  return at?.type === 'git' && at.url === `git+${repository}.git` && at.directory === folder
}

function isPublic({ publishConfig }: Manifest): boolean {
  return publishConfig?.access === 'public' && publishConfig.provenance === undefined
}

/** A range of a peer promises what is tested only if its lowest version is the one that the package is tested with. */
function peerProblems({ folder, manifest }: WorkspacePackage): string[] {
  return Object.entries(manifest.peerDependencies ?? {}).flatMap(([name, range]) => {
    const tested = manifest.devDependencies?.[name]
    // A sibling is released together with it, and so always the one that was tested.
    if (range === `^${tested}` || (range === 'workspace:*' && tested === range)) return []
    return [
      `${folder}/package.json: peer ${name} is "${range}", tested is ${tested}; the lowest version must be tested`,
    ]
  })
}

/** What is missing or wrong in the manifest of a published package. */
export function manifestProblems(one: WorkspacePackage): string[] {
  const broken = demands(one).filter(([, , holds]) => !holds)
  return [
    ...broken.map(([field, demand]) => `${one.folder}/package.json: "${field}" must be ${demand}`),
    ...peerProblems(one),
  ]
}
