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

/** Serves the files of a folder as one release. `certificate` is a file to write: who trusts it takes this for GitHub. */
export async function serveRelease(
  repository: string,
  tag: string,
  folder: string,
  certificate: string,
): Promise<Releases> {
  const { private: key, cert } = await generate([{ name: "commonName", value: API }], {
    extensions: [
      { name: "subjectAltName", altNames: [API, STORAGE].map((value) => ({ type: 2 as const, value })) },
    ],
  });
  await writeFile(certificate, cert);
  const api = await releaseApi(repository, tag, folder);
  const github = createHttpsServer({ key, cert }, (request, response) => void api(request, response));
  const proxy = proxyTo(await listen(github));
  const plain = createHttpServer((request, response) => void sendFile(folder, request.url, response));
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
  const url = `http://127.0.0.1:${await listen(plain)}`;
  return {
    environment:
      process.platform === "linux"
        ? { HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: certificate }
        : // Elsewhere Go trusts whom the system trusts.
          { PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `^github://${API}/${repository}$=${url}` },
    url,
    close: () => {
      for (const server of [github, proxy, plain]) server.close();
    },
  };
}

/**
 * The API and the storage behind it.
 *
 * @see https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name
 * @see https://docs.github.com/en/rest/releases/assets#get-a-release-asset
 */
async function releaseApi(repository: string, tag: string, folder: string) {
  const releases = `/repos/${repository}/releases`;
  const assets = (await readdir(folder)).map((name, id) => ({
    name,
    url: `https://${API}${releases}/assets/${id}`,
  }));
  return async ({ url, headers }: IncomingMessage, response: ServerResponse) => {
    const asset = assets.find((each) => each.url === `https://${API}${url ?? ""}`);
    if (headers.host === STORAGE) await sendFile(folder, url, response);
    else if (url === `${releases}/tags/${tag}`) response.end(JSON.stringify({ tag_name: tag, assets }));
    else if (asset !== undefined && headers.accept === "application/octet-stream")
      response.writeHead(302, { Location: `https://${STORAGE}/${asset.name}` }).end();
    else response.writeHead(404).end('{"message": "Not Found"}');
  };
}

/** With its length, without which the CLI takes no file. */
async function sendFile(folder: string, path: string | undefined, response: ServerResponse): Promise<void> {
  const name = (await readdir(folder)).find((each) => `/${each}` === path);
  if (name === undefined) response.writeHead(404).end();
  else response.end(await readFile(join(folder, name)));
}

/** A proxy from which only this GitHub can be reached. */
function proxyTo(port: number): Server {
  return createHttpServer().on("connect", ({ url }, socket) => {
    if (url !== `${API}:443` && url !== `${STORAGE}:443`) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return;
    }
    const github = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(github).pipe(socket);
    });
    for (const each of [socket, github]) each.on("error", () => undefined);
  });
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}
