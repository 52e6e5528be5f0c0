import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/**
 * Lets a function see each request of a server before the application does. Where it returns true, it has taken the
 * request: neither prefixes, guards, interceptors and filters of the application nor parsers of bodies see it. Works for
 * every HTTP adapter, because all of them listen to the same event of Node.
 */
export function handleFirst(server: Server, handle: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!handle(request, response)) for (const other of others) other.call(server, request, response);
  });
}
