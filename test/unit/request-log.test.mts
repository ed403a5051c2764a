import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { create, lifecycleFor } from "../support/lifecycle.mts";
import { processFor } from "../support/provider-process.mts";
import { expectAbsent } from "../support/secrets.mts";
import { CREATE, LIST, serviceFor } from "../support/service.mts";

let file: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ryzeapi-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  file = join(folder, "requests.jsonl");
  vi.stubEnv("RYZEAPI_LOG", file);
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function logged(): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("every request is a line: what was asked, of which instance, how it was answered and what is left", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  await create(lifecycleFor(emulator), { name: "orion", ...everyBlock(secrets, chatwootUrl) });
  const lines = await logged();
  expect(lines.map(({ method, route }) => `${String(method)} ${String(route)}`)).toEqual(
    emulator.requests().map(({ route }) => route),
  );
  expect(lines.at(-1)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    run: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
    method: "POST",
    route: "/api/instance/new",
    instance: "orion",
    status: 201,
    ms: expect.any(Number) as number,
    attempt: 1,
    left: expect.any(Number) as number,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("attempts are counted, and failures say why", async () => {
  const { emulator } = await serviceFor();
  emulator.fault({ kind: "drop-before", route: LIST, times: 1 });
  emulator.fault({ kind: "html", route: LIST, times: 1 });
  emulator.fault({ kind: "status", status: 400, message: "No instance today", route: CREATE });
  await expect(create(lifecycleFor(emulator), { name: "orion" })).rejects.toThrow("No instance today");
  expect(await logged()).toMatchObject([
    {
      route: "/api/instance/list",
      status: 0,
      attempt: 1,
      message: expect.stringContaining("no answer") as string,
    },
    { route: "/api/instance/list", status: 502, attempt: 2, message: "an answer that is not RyzeAPI's" },
    { route: "/api/instance/list", status: 404, attempt: 3 },
    { route: "/api/instance/new", status: 400, attempt: 1, message: "No instance today" },
    { route: "/api/instance/list", status: 404, instance: "orion" },
  ]);
});

test("no token, no body and no secret that RyzeAPI repeats is in it", async () => {
  const { emulator, secrets, chatwootUrl } = await serviceFor();
  const told = Object.values(secrets).join(" ");
  for (const block of ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const)
    emulator.fault({ kind: "reject-block", block, message: `No ${block} today. ${told}` });
  await create(lifecycleFor(emulator), { name: "orion", ...everyBlock(secrets, chatwootUrl) });
  const text = await readFile(file, "utf8");
  expect(text).toContain("No proxy today.");
  expectAbsent(secrets, { text });
});

test("a file that cannot be written to is said once, and nothing fails for it", async () => {
  vi.stubEnv("RYZEAPI_LOG", join(file, "nowhere"));
  const { emulator } = await serviceFor();
  const { instance, notices } = processFor(emulator);
  await create(instance, { name: "orion" });
  expect(notices).toEqual([
    expect.stringMatching(/^RYZEAPI_LOG names a file that cannot be written to: ENOENT/),
  ]);
});

test("every request says which version of what has sent it", async () => {
  const { emulator } = await serviceFor();
  await create(lifecycleFor(emulator), { name: "orion" });
  for (const { userAgent } of emulator.requests())
    expect(userAgent).toMatch(/^pulumi-ryzeapi\/\d+\.\d+\.\d+ \(test; Node\.js \d+\.\d+\.\d+; \w+ \w+\)$/);
});
