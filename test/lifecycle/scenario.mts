import type { InstanceArguments } from "../../provider/lifecycle/arguments.ts";
import type { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { InstanceState } from "../../provider/lifecycle/state.ts";
import type { Values } from "../../provider/values.ts";
import type { Emulator, EmulatorOptions, InstancePatch, RecordedRequest } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { checked, create, lifecycleFor } from "../support/lifecycle.mts";
import { serviceFor, type TestService } from "../support/service.mts";

export type Declared = Values & { name: string };

export interface Scenario extends TestService {
  /** An instance named "orion" with every field of every block. */
  readonly declared: Declared;
  /** As the provider process of a new `pulumi` command has it. */
  process(): InstanceLifecycle;
  /** The arguments as the engine hands them on after `check`. */
  args(declared: Declared): InstanceArguments;
  /** An instance in the state, with nothing recorded of what it took to create it. */
  created(declared: Declared): Promise<InstanceState>;
}

/** RyzeAPI without limits. */
export async function scenario(options: EmulatorOptions = {}): Promise<Scenario> {
  const service = await serviceFor({ limits: false, ...options });
  const { emulator, secrets, chatwootUrl } = service;
  const process = () => lifecycleFor(emulator);
  return {
    ...service,
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
