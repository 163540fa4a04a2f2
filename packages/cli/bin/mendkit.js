#!/usr/bin/env node
'use strict'
// Old syntax and no `node:` names up to the check: every Node since 12 must get as far as the message.
const least = [22, 19]
const [major, minor] = process.versions.node.split('.').map(Number)

function exists(file) {
  return require('fs').existsSync(require('path').join(__dirname, file))
}

function fail(error) {
  process.stderr.write(`mendkit could not start: ${error.stack}\n`)
  process.exitCode = 1
}

/** Runs the sources in a Node that resolves this repository's packages to their sources too. */
function runSources(condition) {
  const main = require('path').join(__dirname, '..', 'src', 'main.ts')
  const args = [condition, main].concat(process.argv.slice(2))
  const child = require('child_process').spawn(process.execPath, args, { stdio: 'inherit' })
  // The terminal sends its signals to both; whoever signals this process alone means the child.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
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
  import('../src/main.ts').catch(fail)
} else if (exists('../dist/main.js')) {
  import('../dist/main.js').catch(fail)
} else {
  runSources(condition)
}
