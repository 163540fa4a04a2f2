import { join } from 'node:path'
import ts from 'typescript'
import { repository } from './command.ts'
import { files } from './files.ts'

/** The compiler options of the workspace, as every package has them. */
export function workspaceOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'))
  const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['none.ts'] }, ts.sys, repository)
  return { ...parsed.options, noEmit: true, typeRoots: [join(repository, 'node_modules', '@types')] }
}

/** A typed program of the files under `root` that match the pattern. */
export function programOf(root: string, pattern: string): { program: ts.Program; sources: ts.SourceFile[] } {
  const names = files(root, pattern).map((path) => join(root, path))
  const program = ts.createProgram(names, workspaceOptions())
  const sources = names.flatMap((name) => program.getSourceFile(name) ?? [])
  return { program, sources }
}
