import { expect, test } from "vitest";

import type { Emulator } from "../emulator/emulator.mts";
import { CREATE, serviceFor } from "../support/service.mts";
import { ryzeapi, stackFor, type TestStack } from "../support/stack.mts";

const STACKS = 4;
const INSTANCES = 15;
const DELETE = "DELETE /api/instance/delete/:instance";

test("stacks of one account that are deployed at once take turns: nothing is lost or doubled, and hardly a call is refused", async () => {
  const { emulator } = await serviceFor({ windowSeconds: 2, readings: { windowKind: "aligned" } });
  let url = "https://app.example.com/whatsapp";
  const stacks = await Promise.all(
    Array.from({ length: STACKS }, (_, index) => stackOf(emulator, index, () => url)),
  );
  const all = async (command: (stack: TestStack) => Promise<unknown>): Promise<void> => {
    emulator.clearRequests();
    await Promise.all(stacks.map(command));
  };
  const names = stacks.flatMap((_, index) => namesOf(index)).sort();

  await all((stack) => stack.up());
  expect(emulator.instanceNames().sort()).toEqual(names);
  expect(sent(emulator, CREATE).accepted).toBe(names.length);
  // Without turns it is every second one.
  expect(sent(emulator, CREATE).refused).toBeLessThanOrEqual(names.length / 10);

  url = "https://app.example.com/whatsapp/v2";
  await all((stack) => stack.up());
  expect(emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(emulator.requests().filter(({ route }) => !route.startsWith("GET "))).toHaveLength(names.length);
  for (const name of names) expect(emulator.instance(name)).toMatchObject({ webhooks: { default: { url } } });

  await all((stack) => stack.refresh());
  expect(emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  for (const [index, stack] of stacks.entries())
    expect((await stack.instances()).map(({ id }) => id).sort()).toEqual(namesOf(index).sort());

  await all((stack) => stack.destroy());
  expect(emulator.instanceNames()).toEqual([]);
  expect(sent(emulator, DELETE).accepted).toBe(names.length);
});

function stackOf({ url, accountToken }: Emulator, index: number, webhook: () => string): Promise<TestStack> {
  return stackFor({
    endpoint: url,
    token: accountToken,
    program: () => {
      for (const name of namesOf(index)) new ryzeapi.RyzeInstance(name, { webhook: { url: webhook() } });
      return Promise.resolve();
    },
  });
}

function namesOf(stack: number): string[] {
  return Array.from({ length: INSTANCES }, (_, index) => `stack-${stack}-${index}`);
}

/** How many requests of a route were accepted, and how many refused because the limit was used up. */
function sent(emulator: Emulator, route: string): { accepted: number; refused: number } {
  const statuses = emulator
    .requests()
    .flatMap((request) => (request.route === route ? [request.status] : []));
  return {
    accepted: statuses.filter((status) => status < 300).length,
    refused: statuses.filter((status) => status === 429).length,
  };
}
