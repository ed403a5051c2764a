import { expect } from "vitest";

import type { Configuration } from "../../provider/lifecycle/configuration.ts";
import { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Host } from "../../provider/lifecycle/lifecycle.ts";
import { Service } from "../../provider/ryzeapi/service.ts";
import type { InstanceState } from "../../provider/lifecycle/state.ts";
import { WebhookLifecycle } from "../../provider/lifecycle/webhook.ts";
import type { Emulator, EmulatorOptions, Readings } from "../emulator/emulator.mts";
import { emulatorFor, send } from "../emulator/helpers.mts";
import { readingTable } from "../emulator/readings.mts";
import { create } from "../support/lifecycle.mts";
import { expectAbsent, secretMarkers } from "../support/secrets.mts";
import type { Declared } from "./scenario.mts";

export type Listing = readonly [title: string, readings: Partial<Readings>];

/**
 * What a listing may tell of an instance, in every combination; the last three tell nothing but its name and state. One
 * tells a time that instances of two accounts may share.
 */
export const LISTINGS: readonly Listing[] = [
  ...readingTable.listId.values.flatMap((listId) =>
    readingTable.listToken.values.flatMap((listToken) =>
      readingTable.list.values.map((list) => titled({ list, listId, listToken })),
    ),
  ),
  titled({ list: "summary", listId: false, listToken: false, listTimes: "seconds" }),
  ...readingTable.list.values.map((list) =>
    titled({ list, listId: false, listToken: false, listTimes: false }),
  ),
];

/** Those in which something tells an instance from another one of its name, and those in which nothing does. */
export const TELLING = LISTINGS.filter(([, { listTimes = true }]) => listTimes === true);
export const SILENT = LISTINGS.filter(([, { listTimes }]) => listTimes === false);

function titled(readings: Partial<Readings>): Listing {
  const shown = Object.entries(readings).map(([key, value]) => `${key} ${String(value)}`);
  return [shown.join(", "), readings];
}

/** What a provider process is told: `ryzeapi:…` of the stack, and RYZEAPI_TOKEN. */
export interface Told extends Omit<Configuration, "token" | "endpoint"> {
  /** Several: that of the present configuration, and then that of the state. */
  readonly token?: string | readonly string[];
  readonly variable?: string;
}

/** The provider process of one `pulumi` command. */
export interface Process {
  readonly instance: InstanceLifecycle;
  readonly webhook: WebhookLifecycle;
  readonly warnings: string[];
}

/** RyzeAPI with an account of ours, and another one with "lyra" and an "orion" that is paired. */
export interface TwoAccounts {
  readonly emulator: Emulator;
  readonly ours: string;
  readonly theirs: string;
  process(told?: Told): Process;
  /** An instance of our account in the state, with nothing recorded of what it took to create it. */
  created(declared: Declared, told?: Told): Promise<InstanceState>;
  /** Renews our account's token at RyzeAPI, and gives the new one. */
  renewed(): string;
  /** What was asked to be changed, by method and path. */
  writes(): string[];
  /** Runs what must change nothing at the service, in either account. */
  untouched<T>(operation: () => Promise<T>): Promise<T>;
  /** None of the texts shows a token of either account. */
  expectNoSecrets(...texts: readonly string[]): void;
}

export const THEIR_NUMBER = "5511888888888@s.whatsapp.net";
export const OUR_NUMBER = "5511777777777@s.whatsapp.net";

export async function twoAccounts(
  readings: Partial<Readings> = {},
  options: EmulatorOptions = {},
): Promise<TwoAccounts> {
  const { accountToken: ours, instanceToken: theirs } = secretMarkers();
  const secrets = new Set([ours, theirs]);
  const accounts = [{ token: ours }, { token: theirs }];
  let present = ours;
  const emulator = await emulatorFor({ accounts, limits: false, readings, ...options });
  for (const name of ["lyra", "orion"])
    await send(emulator, "POST /api/instance/new", { name }, { token: theirs });
  emulator.pair("orion", THEIR_NUMBER, theirs);
  const process = (told: Told = { token: ours }) => processFor(emulator, told);
  const all = () =>
    [present, theirs].map((account) =>
      emulator.instanceNames(account).map((name) => emulator.instance(name, account)),
    );
  const writes = () =>
    emulator.requests().flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
  return {
    emulator,
    ours,
    theirs,
    process,
    writes,
    renewed() {
      const { accountToken: renewed } = secretMarkers();
      emulator.renewAccountToken(present, renewed);
      secrets.add(renewed);
      return (present = renewed);
    },
    async created(declared, told) {
      const state = await create(process(told).instance, declared);
      emulator.clearRequests();
      return state;
    },
    async untouched(operation) {
      const before = all();
      const sent = writes().length;
      const result = await operation();
      expect(writes().slice(sent)).toEqual([]);
      expect(all()).toEqual(before);
      return result;
    },
    expectNoSecrets(...texts) {
      const tokens = all().flatMap((held) => held.map((instance) => instance?.token ?? ""));
      expectAbsent(Object.fromEntries([...secrets, ...tokens].entries()), { texts: texts.join("\n") });
    },
  };
}

function processFor(emulator: Emulator, { token = [], variable, ...settings }: Told): Process {
  const warnings: string[] = [];
  const shared = { endpoint: emulator.url, ...settings };
  const [first = shared, ...others] = [token]
    .flat()
    .map((each): Configuration => ({ ...shared, token: each }));
  const host: Host = {
    service: new Service({ notice: () => undefined, timeoutFactor: 0.1 }),
    configured: () => [first, ...others],
    environment: variable === undefined ? {} : { RYZEAPI_TOKEN: variable },
    notice: () => undefined,
    warn: (line) => {
      warnings.push(line);
    },
  };
  return { instance: new InstanceLifecycle(host), webhook: new WebhookLifecycle(host), warnings };
}
