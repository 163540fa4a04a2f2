import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Kills process groups when the process that began them is gone, however it went. */
export interface Watchdog {
  /** From now on this group dies with us. */
  watch(group: number): void
  /** The group is gone already; its number may come to belong to somebody else. */
  forget(group: number): void
  /** Kills what is still watched, removes the folder, and ends. */
  finish(): Promise<void>
}

// Reads orders from its standard input, whose other end only our process holds: the end of input means that our process
// has ended, by kill -9 too. It lives in a group of its own and ignores signals, so that Ctrl-C does not end it first.
const script = `
trap '' HUP INT TERM
folder=$1
groups=
while read -r order group; do
  case $order in
    watch) groups="$groups $group" ;;
    forget)
      kept=
      for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done
      groups=$kept ;;
  esac
done
# Not "kill -KILL -- -1": dash does not take that form.
for each in $groups; do kill -s KILL -- "-$each" 2>/dev/null; done
# A dying server may still make a file under the first attempt.
rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
`

/** Starts a watchdog. `folder` is removed at the end. */
export function startWatchdog(folder: string): Watchdog {
  const child = spawn('sh', ['-c', script, 'mendkit-testbed-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(child, 'exit')
  // It must never keep our process alive: that process's end is what it waits for.
  child.unref()
  child.stdin.on('error', () => {
    // Somebody killed the watchdog: the next start of a testbed sweeps up in its place.
  })
  return {
    watch: (group) => void child.stdin.write(`watch ${group}\n`),
    forget: (group) => void child.stdin.write(`forget ${group}\n`),
    async finish() {
      child.ref()
      child.stdin.end()
      await ended
    },
  }
}
