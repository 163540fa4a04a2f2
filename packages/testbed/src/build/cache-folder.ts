import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where built servers and the files of running testbeds live.
 *
 * `$MENDKIT_TESTBED_CACHE`, else `$XDG_CACHE_HOME/mendkit`, else `~/.cache/mendkit`. An empty variable counts as absent.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment['MENDKIT_TESTBED_CACHE']
  if (own) return own
  const shared = environment['XDG_CACHE_HOME']
  return join(shared || join(homedir(), '.cache'), 'mendkit')
}
