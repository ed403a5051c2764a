import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createProxy } from "node:http";
import { createServer } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { generate } from "selfsigned";
import { describe, expect, onTestFinished, test } from "vitest";

import { lifecycleFor } from "../support/lifecycle.mts";
import { serverFor } from "./hostile-server.mts";

const TOKEN = "acc_never-in-clear";
const client = fileURLToPath(new URL("hostile-network-client.mts", import.meta.url));

/** What the client printed: the names that were listed, or the error. Nothing of this machine's settings counts. */
async function listed(url: string, environment: Record<string, string> = {}): Promise<string> {
  const options = { env: { NODE_NO_WARNINGS: "1", ...environment } };
  const { stdout } = await promisify(execFile)(process.execPath, [client, url, TOKEN], options);
  return stdout.trim();
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A service with a certificate that it signed itself, for this host name. */
async function secureService(hostname = "localhost") {
  const { private: key, cert } = await generate([{ name: "commonName", value: hostname }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: hostname }] }],
  });
  const tokens: unknown[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    tokens.push(request.headers["token"]);
    response.end('{"instances": [{"name": "orion"}]}');
  });
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, cert);
  const port = await listening(server);
  return { url: `https://localhost:${port}`, address: `localhost:${port}`, tokens, caFile };
}

/** A proxy that remembers where it was asked to connect to, and everything that clients sent it. */
async function proxyFor() {
  const asked: string[] = [];
  let heard = "";
  const server = createProxy((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    heard += JSON.stringify(request.headers);
    response.writeHead(500).end();
  });
  server.on("connect", (request, socket, head: Buffer) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    heard += JSON.stringify(request.headers) + head.toString("latin1");
    const upstream = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.on("data", (data: Buffer) => (heard += data.toString("latin1")));
      socket.pipe(upstream).pipe(socket);
    });
    for (const each of [socket, upstream]) each.on("error", () => undefined);
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  return { url, asked, heard: () => heard };
}

describe("TLS", () => {
  test("a certificate that nobody vouches for is refused, before the token is sent", async () => {
    const { url, tokens } = await secureService();
    const said = await listed(url);
    expect(said).toMatch(/^GET \/api\/instance\/list: no answer \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    expect(said).toContain("NODE_EXTRA_CA_CERTS");
    expect(tokens).toEqual([]);
  });

  test("it is accepted where NODE_EXTRA_CA_CERTS names it", async () => {
    const { url, tokens, caFile } = await secureService();
    expect(await listed(url, { NODE_EXTRA_CA_CERTS: caFile })).toBe("orion");
    expect(tokens).toEqual([TOKEN]);
  });

  test("one for another host is refused all the same", async () => {
    const { url, tokens, caFile } = await secureService("elsewhere.example.com");
    expect(await listed(url, { NODE_EXTRA_CA_CERTS: caFile })).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(tokens).toEqual([]);
  });
});

describe("a proxy of the environment", () => {
  test.each(["HTTPS_PROXY", "https_proxy"])(
    "is used (%s), and sees where to, but no token",
    async (variable) => {
      const { url, address, tokens, caFile } = await secureService();
      const proxy = await proxyFor();
      expect(await listed(url, { NODE_EXTRA_CA_CERTS: caFile, [variable]: proxy.url })).toBe("orion");
      expect(proxy.asked).toEqual([`CONNECT ${address}`]);
      expect(proxy.heard()).toContain("localhost"); // the proxy did listen
      expect(proxy.heard()).not.toContain(TOKEN);
      expect(tokens).toEqual([TOKEN]);
    },
  );

  test("is used though HTTP_PROXY, which then says nothing, is none", async () => {
    const { url, address, caFile } = await secureService();
    const proxy = await proxyFor();
    const environment = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: proxy.url, HTTP_PROXY: "proxy:3128" };
    expect(await listed(url, environment)).toBe("orion");
    expect(proxy.asked).toEqual([`CONNECT ${address}`]);
  });

  test("that is named without a scheme is an error before anything is sent", async () => {
    const { url, caFile, tokens } = await secureService();
    const proxy = await proxyFor();
    const environment = { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: proxy.url.replace("http://", "") };
    expect(await listed(url, environment)).toMatch(/^HTTPS_PROXY of the environment has no scheme/);
    expect([proxy.asked, tokens]).toEqual([[], []]);
  });

  test("is left out for what NO_PROXY names", async () => {
    const { url, caFile } = await secureService();
    const proxy = await proxyFor();
    const environment = {
      NODE_EXTRA_CA_CERTS: caFile,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "example.com,localhost",
    };
    expect(await listed(url, environment)).toBe("orion");
    expect(proxy.asked).toEqual([]);
  });

  test("never gets what goes to this machine in clear", async () => {
    const { url, asked } = await serverFor((_request, response) =>
      response.end('{"instances": [{"name": "vega"}]}'),
    );
    const proxy = await proxyFor();
    expect(await listed(url, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url })).toBe("vega");
    expect(proxy.asked).toEqual([]);
    expect(asked.map(({ headers }) => headers["token"])).toEqual([TOKEN]);
  });

  test("that cannot be reached is an error that says so", async () => {
    const { url, caFile } = await secureService();
    const said = await listed(url, { NODE_EXTRA_CA_CERTS: caFile, HTTPS_PROXY: "http://127.0.0.1:9" });
    expect(said).toContain("ECONNREFUSED");
    expect(said).toContain("Check the network");
  });
});

describe("plain http", () => {
  test.each([
    "http://ryzeapi.cloud",
    "http://10.0.0.1",
    "http://0.0.0.0:8787",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://[::ffff:127.0.0.1]",
    "http://127.0.0.1@example.com",
    "ftp://localhost",
    "//localhost",
  ])("%s is refused before any request", async (url) => {
    const lifecycle = lifecycleFor({ url, accountToken: TOKEN });
    const { failures } = lifecycle.check({ name: "orion" });
    expect(failures).toMatchObject([
      { property: "account.endpoint", reason: expect.stringContaining("must") as string },
    ]);
    const asArgument = lifecycle.check({ name: "orion", account: { endpoint: url } });
    expect(asArgument.failures.map(({ property }) => property)).toEqual(["account.endpoint"]);
    // Where nothing was checked, the first operation refuses; a request would end in another error.
    await expect(lifecycle.delete("orion", { name: "orion" })).rejects.toThrow("the endpoint must");
  });

  test.each([
    "http://localhost:1",
    "http://127.0.0.1:1",
    "http://127.8.9.1",
    "http://[::1]:1",
    "http://2130706433",
  ])("%s is this machine", (url) => {
    expect(lifecycleFor({ url, accountToken: TOKEN }).check({ name: "orion" }).failures).toEqual([]);
  });
});
