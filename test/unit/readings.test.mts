import { describe, expect, test } from "vitest";

import type { Readings } from "../emulator/emulator.mts";
import { readingTable } from "../emulator/readings.mts";
import { everyBlock, everyField } from "../support/instance.mts";
import { create, expectSettled, expectTrue, lifecycleFor } from "../support/lifecycle.mts";
import { CREATE, serviceFor } from "../support/service.mts";

/** Every answer that the documentation leaves open, one at a time, but the one that has no Chatwoot at all. */
const keys = Object.keys(readingTable) as (keyof Readings)[];
const single = keys.flatMap((key) =>
  readingTable[key].values.map((value): [string, Partial<Readings>] => [
    `${key}: ${String(value)}`,
    { [key]: value },
  ]),
);
const readings = single.filter(([title]) => title !== "bridge: missing");

/** Those that decide what creation and listing tell meet in every combination. */
const combined = readingTable.createEcho.values.flatMap((createEcho) =>
  readingTable.absentBlocks.values.flatMap((absentBlocks) =>
    readingTable.list.values.flatMap((list) =>
      readingTable.chatwootSummary.values.flatMap((chatwootSummary) =>
        readingTable.listToken.values.map((listToken): [string, Partial<Readings>] => [
          [createEcho, absentBlocks, list, chatwootSummary, listToken].join(", "),
          { createEcho, absentBlocks, list, chatwootSummary, listToken },
        ]),
      ),
    ),
  ),
);

const otherExtreme = Object.fromEntries(
  keys.filter((key) => key !== "bridge").map((key) => [key, readingTable[key].values.at(-1)]),
);
const extreme: [string, Partial<Readings>][] = [["the last value of every reading", otherExtreme]];

describe("an instance with everything is created as declared, and nothing is left to do", () => {
  test.each([...readings, ...combined, ...extreme])("%s", async (_, reading) => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings: reading });
    const declared = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
    const state = await create(lifecycleFor(emulator), declared);
    expectTrue(emulator, declared, state);
    expect(emulator.instance("orion")?.createBody).toEqual(everyField("orion", secrets, chatwootUrl));
    // What the answer did not tell may be asked; nothing is sent twice.
    expect(routes().filter((route) => route.startsWith("POST"))).toEqual([CREATE]);
    await expectSettled(emulator, declared, state);
    expect(routes().filter((route) => route.startsWith("POST"))).toEqual([CREATE]);
  });
});

describe("an instance with no more than is required is as declared as well", () => {
  test.each([...readings, ...extreme])("%s", async (_, reading) => {
    const { emulator, secrets, chatwootUrl, routes } = await serviceFor({ readings: reading });
    const declared = {
      name: "orion",
      proxy: { host: "proxy.example.com", port: "1080", protocol: "http" },
      webhook: { url: "https://app.example.com", events: [] },
      websocket: { events: [] },
      chatwoot: { baseUrl: `${chatwootUrl}/`, accountId: 1, apiToken: secrets.chatwootToken },
      settings: { disableHistorySync: true, callRejectMessage: "" },
      s3: {
        region: "us-east-1",
        bucket: "media",
        accessKey: "AKIA",
        secretKey: "s3",
        endpoint: "",
        pathPrefix: "",
      },
    };
    const state = await create(lifecycleFor(emulator), declared);
    expect(state["warnings"]).toBeUndefined();
    await expectSettled(emulator, declared, state);
    expect(routes().filter((route) => route.startsWith("POST"))).toEqual([CREATE]);
  });
});

describe("an instance with only a name is as declared", () => {
  test.each([...single, ...extreme])("%s", async (_, reading) => {
    const { emulator } = await serviceFor({ readings: reading });
    const state = await create(lifecycleFor(emulator), { name: "vega" });
    expect(state).toEqual({
      name: "vega",
      token: emulator.instance("vega")?.token,
      status: "disconnected",
      identity: {
        ...(reading.createId === false ? {} : { id: emulator.instance("vega")?.id }),
        token: expect.stringMatching(/^[0-9a-f]{10}$/) as string,
        account: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      },
      observed: {},
    });
    await expectSettled(emulator, { name: "vega" }, state);
  });
});

describe("blocks that are declared as off are not sent, and nothing is left to do", () => {
  test.each([...readings, ...extreme])("%s", async (_, reading) => {
    const { emulator, routes } = await serviceFor({ readings: reading });
    const off = { enabled: false };
    const declared = { name: "vega", proxy: off, webhook: off, websocket: off, chatwoot: off, s3: off };
    const state = await create(lifecycleFor(emulator), declared);
    expect(emulator.instance("vega")?.createBody).toEqual({ name: "vega" });
    expect(state["warnings"]).toBeUndefined();
    await expectSettled(emulator, declared, state);
    expect(routes().filter((route) => route.startsWith("POST"))).toEqual([CREATE]);
  });
});
