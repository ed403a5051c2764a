import type { InstanceArguments } from "../../provider/lifecycle/arguments.ts";
import type { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { InstanceState } from "../../provider/lifecycle/state.ts";
import type { Values } from "../../provider/values.ts";
import type { Emulator, EmulatorOptions, InstancePatch, RecordedRequest } from "../emulator/emulator.mts";
import { chatwootFor, emulatorFor } from "../emulator/helpers.mts";
import { everyBlock } from "../support/instance.mts";
import { checked, create, lifecycleFor } from "../support/lifecycle.mts";
import { secretMarkers, type Markers } from "../support/secrets.mts";

export type Declared = Values & { name: string };

/** A second value for every secret, which Chatwoot accepts as well. */
export const OTHER_SECRET = "another-secret";

export interface Scenario {
  readonly emulator: Emulator;
  readonly secrets: Markers;
  readonly chatwootUrl: string;
  /** An instance named "orion" with every field of every block. */
  readonly declared: Declared;
  /** As the provider process of a new `pulumi` command has it. */
  process(): InstanceLifecycle;
  /** The arguments as the engine hands them on after `check`. */
  args(declared: Declared): InstanceArguments;
  /** An instance in the state, with nothing recorded of what it took to create it. */
  created(declared: Declared): Promise<InstanceState>;
}

/** RyzeAPI without limits, and a Chatwoot with the accounts 1 and 2. */
export async function scenario(options: EmulatorOptions = {}): Promise<Scenario> {
  const secrets = secretMarkers();
  const emulator = await emulatorFor({ accountToken: secrets.accountToken, limits: false, ...options });
  const apiTokens = [secrets.chatwootToken, OTHER_SECRET];
  const { url: chatwootUrl } = await chatwootFor({ accounts: [1, 2].map((id) => ({ id, apiTokens })) });
  const process = () => lifecycleFor(emulator);
  return {
    emulator,
    secrets,
    chatwootUrl,
    declared: { name: "orion", ...everyBlock(secrets, chatwootUrl) },
    process,
    args: (declared) => checked(process(), declared),
    async created(declared) {
      const state = await create(process(), declared);
      emulator.clearRequests();
      return state;
    },
  };
}

/** The declaration with some fields of one block changed; undefined takes a field out. */
export function withFields(declared: Declared, block: string, fields: Values): Declared {
  return { ...declared, [block]: { ...blockIn(declared, block), ...fields } };
}

export function without(declared: Declared, ...names: readonly string[]): Declared {
  return { ...declared, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}

export function blockIn(values: Values, block: string): Values {
  return values[block] as Values;
}

/** An out-of-band change of one block, in the words of the service. */
export function blockPatch(block: string, change: Values | null): InstancePatch {
  return block === "webhook" ? { webhooks: { default: change } } : { [block]: change };
}

/** A request as the tables of the tests write it. */
export interface Sent {
  readonly call: string;
  readonly body?: unknown;
}

export function sent(emulator: Emulator): Sent[] {
  return emulator.requests().map(sentBy);
}

function sentBy({ method, path, body }: RecordedRequest): Sent {
  return { call: `${method} ${path}`, ...(body === undefined ? {} : { body }) };
}
