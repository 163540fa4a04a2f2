import { join } from 'node:path'
import ts from 'typescript'
import { workspaceOptions } from './program.ts'
import { allPackages, examples } from './workspace.ts'

/** One piece of code to compile, and the document and line that it stands at. */
export interface Snippet {
  readonly document: string
  readonly line: number
  readonly code: string
}

/** Folders whose dependencies a document may use, the examples' first because they are what a user copies. */
function homes(root: string): string[] {
  return [...examples(root), ...allPackages(root)].map((one) => join(root, one.folder))
}

/**
 * Compiles code as if it stood in this workspace, each piece as a module of its own. Nothing is written to disk: the
 * pieces exist only in the compiler's host, and their imports are looked up from every package in turn.
 */
export function compileSnippets(root: string, snippets: readonly Snippet[]): string[] {
  const options: ts.CompilerOptions = { ...workspaceOptions(), moduleDetection: ts.ModuleDetectionKind.Force }
  const named = new Map(snippets.map((snippet, index) => [join(root, `snippet-${index}.mts`), snippet]))
  const disk = ts.createCompilerHost(options)
  const host: ts.CompilerHost = { ...disk }
  host.fileExists = (name) => named.has(name) || disk.fileExists(name)
  host.getSourceFile = (name, ...rest) => {
    const snippet = named.get(name)
    return snippet === undefined
      ? disk.getSourceFile(name, ...rest)
      : ts.createSourceFile(name, snippet.code, {
          languageVersion: ts.ScriptTarget.ES2024,
          impliedNodeFormat: ts.ModuleKind.ESNext,
        })
  }
  const folders = homes(root)
  const resolve = (name: string, from: string) =>
    ts.resolveModuleName(name, from, options, host, undefined, undefined, ts.ModuleKind.ESNext)
  host.resolveModuleNameLiterals = (literals, containing) =>
    literals.map(({ text }) => {
      const places = named.has(containing) ? folders.map((folder) => join(folder, 'snippet.mts')) : [containing]
      const tried = places.map((place) => resolve(text, place))
      return tried.find((one) => one.resolvedModule !== undefined) ?? { resolvedModule: undefined }
    })

  const program = ts.createProgram([...named.keys()], options, host)
  return [...named].flatMap(([name, { document, line }]) => {
    const file = program.getSourceFile(name)
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    return found.map(({ messageText, start = 0 }) => {
      const at = line + (file?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${document}:${at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
