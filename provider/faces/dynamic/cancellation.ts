import { subscribe } from "node:diagnostics_channel";
import { setMaxListeners } from "node:events";

const CANCEL_METHOD = "/pulumirpc.ResourceProvider/Cancel";

/**
 * A signal that is aborted when the engine cancels the deployment (Ctrl-C).
 *
 * The process that hosts dynamic providers answers the engine's Cancel call without telling anybody, and Ctrl-C does not
 * reach it as a signal. Node.js announces every incoming HTTP/2 stream, and gRPC's method is the stream's path.
 */
export function engineCancellation(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every waiting call listens
  subscribe("http2.server.stream.start", (message) => {
    const { headers } = message as { headers?: Readonly<Record<string, unknown>> };
    if (headers?.[":path"] === CANCEL_METHOD) controller.abort();
  });
  return controller.signal;
}
