import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";

import { onTestFinished } from "vitest";

/** A `gh` that notes what it was asked, with the text of a `--body-file`; it knows of one open issue once it made one. */
const GH = `#!/usr/bin/env node
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const log = __filename + ".log";
const before = existsSync(log) ? readFileSync(log, "utf8") : "";
if (args.slice(0, 2).join(" ") === "issue list") {
  if (before.includes('["issue","create"')) console.log("12");
} else {
  const body = args.indexOf("--body-file") + 1;
  appendFileSync(log, JSON.stringify({ args, body: body === 0 ? "" : readFileSync(args[body], "utf8") }) + "\\n");
}
`;

export interface GhCall {
  readonly args: readonly string[];
  readonly body: string;
}

/** GitHub's command line in a folder for PATH. */
export async function ghIn(folder: string): Promise<{ path: string; calls: () => Promise<GhCall[]> }> {
  const path = join(folder, "bin");
  await mkdir(path);
  await writeFile(join(path, "gh"), GH);
  await chmod(join(path, "gh"), 0o755);
  const calls = async () => {
    const lines = (await readFile(join(path, "gh.log"), "utf8")).trim().split("\n");
    return lines.map((line) => JSON.parse(line) as GhCall);
  };
  return { path, calls };
}

interface Kept {
  readonly id: number;
  readonly iid: number;
  readonly body?: string;
  readonly title?: string;
  readonly description?: string;
}

/** As much of GitLab's API as notes and issues need: collections that are listed, added to and changed. */
export async function startGitlab(token: string) {
  const collections: Record<string, Kept[]> = {};
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? "", "http://gitlab");
      const [, path = "", id] = /^(.*\/(?:notes|issues))(?:\/(\d+))?$/.exec(pathname) ?? [];
      requests.push(`${request.method ?? ""} ${pathname}`);
      const kept = (collections[path] ??= []);
      let status = 200;
      let answer: unknown = kept;
      if (request.headers["private-token"] !== token)
        [status, answer] = [401, { message: "401 Unauthorized" }];
      else if (request.method === "POST") {
        const added = { id: 900 + kept.length, iid: kept.length + 1, ...((await json(request)) as object) };
        kept.push(added);
        [status, answer] = [201, added];
      } else if (request.method === "PUT") {
        const key = path.endsWith("notes") ? "id" : "iid";
        const at = kept.findIndex((each) => each[key] === Number(id));
        if (at === -1) [status, answer] = [404, { message: "404 Not found" }];
        else answer = Object.assign(kept[at] ?? {}, await json(request));
      }
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/v4`, collections, requests };
}
