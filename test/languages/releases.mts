import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";

import { generate } from "selfsigned";

import type { Environment } from "../../scripts/release/run.mts";

const API = "api.github.com";
/** Where GitHub keeps what is attached to releases: the API redirects there. */
const STORAGE = "release-assets.githubusercontent.com";

/** The files of a folder, as GitHub has them in a release, and as a plain server has them. */
export interface Releases {
  /** Has a command find this GitHub where it looks for GitHub, and nothing else behind the proxy. */
  readonly environment: Environment;
  /** The address of the plain server. */
  readonly url: string;
  readonly close: () => void;
}

/**
 * Serves one release. `certificate` is the path of a file to write: whoever trusts it takes this for GitHub.
 *
 * @see https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name
 * @see https://docs.github.com/en/rest/releases/assets#get-a-release-asset
 */
export async function serveRelease(
  repository: string,
  tag: string,
  folder: string,
  certificate: string,
): Promise<Releases> {
  const names = await readdir(folder);
  const assets = names.map((name, id) => ({
    name,
    url: `https://${API}/repos/${repository}/releases/assets/${id}`,
  }));

  const github = async (request: IncomingMessage, response: ServerResponse) => {
    const address = `https://${request.headers.host ?? ""}${request.url ?? ""}`;
    const asset = assets.find(({ url }) => url === address);
    const stored = names.find((name) => `https://${STORAGE}/${name}` === address);
    if (address === `https://${API}/repos/${repository}/releases/tags/${tag}`)
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ tag_name: tag, assets }));
    else if (asset !== undefined && request.headers.accept === "application/octet-stream")
      response.writeHead(302, { Location: `https://${STORAGE}/${asset.name}` }).end();
    else if (stored !== undefined) response.end(await readFile(join(folder, stored)));
    else response.writeHead(404, { "Content-Type": "application/json" }).end('{"message": "Not Found"}');
  };
  const { private: key, cert } = await generate([{ name: "commonName", value: API }], {
    extensions: [
      { name: "subjectAltName", altNames: [API, STORAGE].map((value) => ({ type: 2 as const, value })) },
    ],
  });
  await writeFile(certificate, cert);
  const secure = createHttpsServer({ key, cert }, (request, response) => void github(request, response));
  const securePort = await listen(secure);

  const proxy = createHttpServer((_request, response) => response.writeHead(502).end());
  proxy.on("connect", (request, socket) => {
    if (![`${API}:443`, `${STORAGE}:443`].includes(request.url ?? "")) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const upstream = connect(securePort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    for (const each of [socket, upstream]) each.on("error", () => undefined);
  });

  const files = async (request: IncomingMessage, response: ServerResponse) => {
    const name = names.find((each) => `/${each}` === request.url);
    if (name === undefined) response.writeHead(404).end();
    else response.end(await readFile(join(folder, name)));
  };
  const plain = createHttpServer((request, response) => void files(request, response));
  const proxyPort = await listen(proxy);
  const plainPort = await listen(plain);
  const url = `http://127.0.0.1:${plainPort}`;
  return {
    environment:
      process.platform === "linux"
        ? { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, SSL_CERT_FILE: certificate }
        : // Elsewhere Go trusts whom the system trusts.
          { PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `^github://${API}/${repository}$=${url}` },
    url,
    close: () => {
      for (const server of [secure, proxy, plain]) server.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}
