import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import type { Emulator } from "../emulator/emulator.mts";
import { CREATE, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor } from "../support/stack.mts";

const WINDOW_MS = 1_000;

test.for(["0", "150", "half"])("`ryzeapi:limitShare` set to %s is refused by a preview", async (share) => {
  const { emulator } = await serviceFor();
  const stack = await stackOf(emulator, 1);
  await stack.configure("ryzeapi:limitShare", share);
  await expect(stack.preview()).rejects.toThrow("`ryzeapi:limitShare` must be a whole number from 1 to 100");
  expect(emulator.requests()).toEqual([]);
});

test("with half of the limits, 200 new instances refuse nothing to who uses 45 % of them meanwhile", async () => {
  const { emulator } = await serviceFor({
    windowSeconds: WINDOW_MS / 1_000,
    readings: { windowKind: "aligned" },
  });
  const stack = await stackOf(emulator, 200);
  await stack.configure("ryzeapi:limitShare", "50");
  const production = new Production(emulator);
  const deployed = stack.up().finally(() => {
    production.stop();
  });
  await Promise.all([deployed, production.run()]);

  expect([...production.statuses].sort()).toEqual([200, 201]);
  const names = emulator.instanceNames().filter((name) => name.startsWith("fleet-"));
  expect(new Set(names).size).toBe(200);
  expect(names).toHaveLength(200);
  const creations = emulator.requests().filter(({ route }) => route === CREATE);
  expect(creations.filter(({ status }) => status === 429)).toEqual([]);
  expect(creations).toHaveLength(200 + production.creations);
});

function stackOf({ url, accountToken }: Emulator, instances: number) {
  return stackFor({
    endpoint: url,
    token: accountToken,
    program: () => {
      for (let index = 0; index < instances; index += 1) new ryzeapi.RyzeInstance(`fleet-${index}`);
      return Promise.resolve();
    },
  });
}

/** Other users of the account's token: 9 of 20 creations and 45 of 100 calls in every window, at different times of it. */
class Production {
  creations = 0;
  /** All that it was ever answered. */
  readonly statuses = new Set<number>();
  readonly #emulator: Emulator;
  #isOver = false;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
  }

  stop(): void {
    this.#isOver = true;
  }

  async run(): Promise<void> {
    for (let window = 0; !this.#isOver; window += 1) {
      await sleep(WINDOW_MS - (Date.now() % WINDOW_MS) + 100 + 150 * (window % 3));
      for (let call = 0; call < 9; call += 1) {
        this.creations += 1;
        const name = `production-${this.creations}`;
        await Promise.all([
          this.#send("POST", "new", { name }),
          ...Array.from({ length: 5 }, () => this.#send("GET", "list")),
        ]);
      }
    }
  }

  async #send(method: string, path: string, body?: object): Promise<void> {
    const { status } = await fetch(`${this.#emulator.url}/api/instance/${path}`, {
      method,
      headers: { token: this.#emulator.accountToken, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    this.statuses.add(status);
  }
}
