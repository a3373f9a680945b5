// What all counterparts do as servers: answer, listen on this machine only unless told otherwise, end when told to.

/** A listener for requests: `answer(request, response)` may be asynchronous, and what it throws is a 500 and in the log. */
export const answering = (answer) => async (request, response) => {
  try {
    await answer(request, response);
  } catch (error) {
    if (request.socket.destroyed) return; // the client is gone, and what it sent is not whole
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
};

/** Listens: a port of an address, or the path of a socket. Ends this process when that cannot be. */
export function listen(server, where, address = '127.0.0.1') {
  server.once('error', (error) => {
    console.error(`server.mjs: cannot listen: ${error.message}`);
    process.exit(1);
  });
  return new Promise((resolve) => {
    if (typeof where === 'number') server.listen(where, address, resolve);
    else server.listen(where, resolve);
  });
}

/** TERM and INT end this process; who is being answered is cut off. */
export function endWhenTold(...servers) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      process.exit(0);
    });
  }
}
