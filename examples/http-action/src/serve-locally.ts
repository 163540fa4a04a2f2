import { serve } from '@hono/node-server'
import type { Serve } from './subject.ts'

/** Serves on a free port of this machine. */
export const serveLocally: Serve = (handle) =>
  new Promise((resolve) => {
    const server = serve({ fetch: handle, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () => new Promise((closed) => void server.close(() => closed())),
      }),
    )
  })
