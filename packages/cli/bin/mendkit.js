#!/usr/bin/env node
'use strict'
// Only syntax that Node 12 can parse, and nothing loaded before the check: an old Node must get as far as its message.
const least = [22, 19]
const [major, minor] = process.versions.node.split('.').map(Number)

/** Starts faster from the second time on, where a cache can be kept. */
function quicken() {
  require('node:module').enableCompileCache()
}

/** Node 22 calls its SQLite, and running TypeScript, experimental at every start; standard error is for what went wrong. */
function quieten() {
  const emit = process.emitWarning.bind(process)
  process.emitWarning = (warning, ...more) => {
    const known = more[0] === 'ExperimentalWarning' && /SQLite|Type Stripping/i.test(String(warning))
    if (!known) emit(warning, ...more)
  }
}

function fail(error) {
  process.stderr.write(`mendkit could not start: ${error.stack}\n`)
  process.exitCode = 1
}

/** Runs the sources in a Node that resolves this repository's packages to their sources too. */
function runSources(condition) {
  const main = require('node:path').join(__dirname, '..', 'src', 'main.ts')
  const args = [condition, main].concat(process.argv.slice(2))
  const child = require('node:child_process').spawn(process.execPath, args, { stdio: 'inherit' })
  // The terminal sends its signals to both; whoever signals this process alone means the child.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void child.kill(signal))
  child.on('error', fail)
  child.on('exit', (code) => {
    process.exitCode = code === null ? 1 : code
  })
}

const condition = '--conditions=mendkit-source'
if (major < least[0] || (major === least[0] && minor < least[1])) {
  process.stderr.write(
    `mendkit needs Node ${least.join('.')} or newer; this is Node ${process.versions.node} (${process.execPath}).\n`,
  )
  process.exitCode = 1
} else if (process.execArgv.indexOf(condition) >= 0) {
  quieten()
  quicken()
  import('../src/main.ts').catch(fail)
} else if (require('node:fs').existsSync(`${__dirname}/../dist/main.js`)) {
  quieten()
  quicken()
  // Named at run time: before a build there is nothing of this name.
  const built = require('node:path').join(__dirname, '..', 'dist', 'main.js')
  import(String(require('node:url').pathToFileURL(built))).catch(fail)
} else {
  runSources(condition)
}
