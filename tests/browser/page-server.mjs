// Serves one page from an origin of its own, as the dashboard's host does.

import { once } from 'node:events';
import { createServer } from 'node:http';

export class PageServer {
  #server;

  /** The page is set later, since it may have to name what is started with this origin. */
  html = '<!doctype html><title>empty</title>';

  async open() {
    this.#server = createServer((request, response) => {
      const found = request.url === '/';
      response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
      response.end(found ? this.html : '');
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
