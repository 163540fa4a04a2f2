export type { CommandIo } from './run/io.ts'
export { runCommand } from './run/run-command.ts'
