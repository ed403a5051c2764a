import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { markdownOf } from "../../../cli/probe/markdown.ts";
import type { Report } from "../../../cli/probe/report.ts";
import { QUESTIONS } from "../../../cli/probe/questions/index.ts";
import { readingsOfReport } from "../../emulator/probe-report.mts";
import { readingTable, type Readings } from "../../emulator/readings.mts";
import { LIST } from "../../support/service.mts";
import { read } from "../../docs/pages.mts";
import { KEYS, MASKS } from "./expectations.mts";
import { findingsIn, onOwnClock, OTHERS, sceneFor, withScene, type Scene } from "./probing.mts";

onOwnClock();

test("the probe asks what the emulator has readings for, in the same words and values", () => {
  const asked = QUESTIONS.map(({ key, values }) => [key, [...values]]);
  const open = Object.entries(readingTable).map(([key, { values }]) => [key, [...values]]);
  expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(open));
  expect(asked).toHaveLength(open.length);
});

test("what cannot be told is in docs/probe.md, with what hides it", () => {
  const rows = read("docs/probe.md").split("\n");
  const missing = MASKS.filter(
    ({ key, by }) =>
      !rows.some((row) => row.includes(`\`${key}\``) && new RegExp(`[|] ${by}(?: +[|]|:)`).test(row)),
  );
  expect(missing).toEqual([]);
});

describe("no secret, number, name or address of the account is in a report", () => {
  function expectClean(report: Report, { emulator, chatwoot }: Scene): void {
    const text = JSON.stringify(report) + markdownOf(report);
    const { host } = new URL(emulator.url);
    const { host: chatwootHost } = new URL(chatwoot.url);
    const parts = [
      ...[emulator.accountToken, "cw_demo", host, chatwootHost, "127.0.0.1", "5511987654321"],
      ...["token-of-", "authorization-of-", "secret-path", "example.com", "ryze-probe-", "vega"],
      ...[/\borion\b/, /[0-9a-f]{8}-[0-9a-f]{4}/, /\d{4}-\d\d-\d\d/, /:\/\/(?!ryzeapi\.cloud)/],
    ];
    for (const part of parts) expect(text).not.toMatch(part);
  }

  test("whatever it finds", async () => {
    const scene = await sceneFor();
    expectClean(await scene.report(), scene);
  });

  test("nor does a number of the account's instances", async () => {
    const few = await sceneFor({}, ["orion"]);
    const many = await sceneFor({}, ["orion", ...Array.from({ length: 9 }, (_none, index) => `i${index}`)]);
    const order = { write: false, chatwoot: undefined };
    expect({ ...(await many.report(order)) }).toEqual(await few.report(order));
  });

  test("nor where the service answers with maps by names, numbers and addresses", async () => {
    const scene = await sceneFor();
    const value = {
      orion: { url: "https://vega.example.com" },
      "ryze-probe": { url: "https://orion.example.com" },
      vega: { "5511987654321": 1 },
      "https://vega.example.com/x": true,
      "5511987654321@s.whatsapp.net": null,
    };
    scene.emulator.fault({ kind: "edit-json", route: LIST, path: "/instances/0/byName", value });
    const report = await scene.report();
    expectClean(report, scene);
    expect(JSON.stringify(report.answers)).toContain(
      "byName?: {…: boolean, …: null, …: {url: string}, …: {…: number}}",
    );
  });
});

test("an answer that nobody thought of is neither, and its shape is told", async () => {
  const { emulator, report } = await sceneFor();
  const route = "GET /api/instance/getProxy/:instance";
  emulator.fault({ kind: "edit-json", route, path: "/proxy/username", value: ["a"] });
  emulator.fault({ kind: "status", route: "GET /api/chatwoot/list/:instance", status: 418, message: "Tea" });
  const findings = findingsIn(await report());
  expect(findings).toMatchObject({
    bridge: {
      neither: ["GET /api/chatwoot/list/:instance: 418 {error: {message: string}, success: boolean}"],
    },
    partialBlocks: { neither: [expect.stringContaining("username: [string]")] },
  });
});

test("a report says which answers the provider can read", async () => {
  const { emulator, report } = await sceneFor();
  const route = "GET /api/instance/getS3/:instance";
  emulator.fault({ kind: "edit-json", route, path: "/s3/bucket", value: { name: 1 } });
  const { fits } = await report();
  expect(fits).toContainEqual({ answer: route, as: "s3", fits: false, told: [] });
  expect(fits).toContainEqual({
    answer: "POST /api/instance/new",
    as: "instance",
    fits: true,
    told: ["name", "id", "token", "status"],
  });
});

test(
  "an emulator with a report's readings is found to answer as the service did",
  { timeout: 60_000 },
  async () => {
    const anyReadings = fc.record(
      Object.fromEntries(KEYS.map((key) => [key, fc.constantFrom<unknown>(...readingTable[key].values)])),
    ) as fc.Arbitrary<Readings>;
    await fc.assert(
      fc.asyncProperty(anyReadings, (readings) =>
        withScene({ readings }, async (service) => {
          const report = await service.report();
          const file = join(service.ledgers, "report.json");
          writeFileSync(file, JSON.stringify(report));
          await withScene({ readings: readingsOfReport(file) }, async (emulator) => {
            expect(findingsIn(await emulator.report())).toEqual(findingsIn(report));
          });
        }),
      ),
      { numRuns: 10 },
    );
    expect(OTHERS).toHaveLength(4);
  },
);

test("what stands between the probe and the service is none of its readings", async () => {
  const { emulator, probe } = await sceneFor();
  emulator.fault({ kind: "html", route: "POST /api/instance/proxy/:instance" });
  const { endedBy, left } = await probe();
  expect(endedBy?.message).toMatch(/^no answer to POST \/api\/instance\/proxy\/:instance \(502\)\./);
  expect(left.instances).toEqual([]);
});

test("a connection to WhatsApp that does not come about ends nothing", async () => {
  const { emulator, report } = await sceneFor();
  emulator.fault({ kind: "drop-before", route: "GET /api/instance/connect/:instance" });
  const found = await report();
  expect(found.complete).toBe(true);
  expect(findingsIn(found)).toMatchObject({
    connectAnswer: { notObservable: "it could not be asked" },
    partialBlocks: { reading: "replaced" },
  });
});

test("WhatsApp's throttling is not waited out", async () => {
  const { emulator, report } = await sceneFor();
  const headers = {
    "x-ratelimit-limit": "100",
    "x-ratelimit-remaining": "70",
    "x-ratelimit-reset": "1893456060",
  };
  const route = "GET /api/instance/connect/:instance";
  emulator.fault({ kind: "status", status: 429, route, headers, message: "rate-overlimit" });
  const found = await report();
  expect(found.complete).toBe(true);
  expect(findingsIn(found)).toMatchObject({
    connectAnswer: { notObservable: "connect was refused" },
    retryAfter: { notObservable: expect.any(String) as string },
  });
  expect(emulator.requests().filter((request) => request.route === route)).toHaveLength(2);
});
