import { expect } from "vitest";

import type { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import { PartialFailure, type Lifecycle } from "../../provider/lifecycle/lifecycle.ts";
import type { Origin } from "../../provider/lifecycle/run.ts";
import { knownIn, type InstanceState } from "../../provider/lifecycle/state.ts";
import type { Values } from "../../provider/values.ts";
import type { Emulator } from "../emulator/emulator.mts";
import { without } from "./instance.mts";
import { processFor, type Configured } from "./provider-process.mts";

/** How the engine spells a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The instances' lifecycle as a new provider process has it; `timeoutFactor` shortens its timeouts and back-offs. */
export function lifecycleFor(configured: Configured, timeoutFactor = 0.1): InstanceLifecycle {
  return processFor(configured, { timeoutFactor }).instance;
}

/** The arguments as the engine hands them on after `check`, which must accept them. */
export function checked<Arguments extends Values>(
  lifecycle: Lifecycle<Arguments>,
  declared: Values,
  origin: Origin = {},
): Arguments {
  const { inputs, failures } = lifecycle.check(declared, origin);
  expect(failures).toEqual([]);
  if (inputs === undefined) throw new Error("check gave neither inputs nor failures");
  return inputs;
}

export async function create(lifecycle: InstanceLifecycle, declared: Values): Promise<InstanceState> {
  return await lifecycle.create(checked(lifecycle, declared));
}

/** The path that the reason of each failure begins with. */
export function pathsIn(failures: readonly { readonly reason: string }[]): string[] {
  return failures.map(({ reason }) => reason.split(" ")[0] ?? "");
}

/** What an operation that has to fail was rejected with. */
export async function failureOf(operation: Promise<unknown>): Promise<Error> {
  try {
    await operation;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`It was rejected with ${String(error)}, which is no Error.`, { cause: error });
  }
  throw new Error("It did not fail.");
}

export async function partialFailureOf(operation: Promise<unknown>): Promise<PartialFailure> {
  const error = await failureOf(operation);
  if (!(error instanceof PartialFailure)) throw error;
  return error;
}

/** State, service and declaration agree: nothing to do, before a refresh and after one, by a new process. */
export async function expectSettled(
  configured: Configured,
  declared: Values & { name: string },
  state: InstanceState,
): Promise<void> {
  const lifecycle = lifecycleFor(configured);
  const args = checked(lifecycle, declared);
  const nothing = { changes: false, replaces: [], deleteBeforeReplace: true };
  expect(lifecycle.diff(state, args)).toEqual(nothing);
  const fresh = await lifecycle.read(declared.name, state);
  expect(fresh?.inputs).toEqual(args);
  expect(lifecycle.diff(fresh?.state ?? {}, args)).toEqual(nothing);
}

const BLOCKS = ["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"] as const;
const NEVER_SHOWN = ["password", "authorization", "apiToken", "secretKey", "reconnect"];

/** The service has every declared block as declared, and the state says so without showing secrets. */
export function expectTrue(
  emulator: Emulator,
  declared: Values & { name: string },
  state: InstanceState,
): void {
  const instance = emulator.instance(declared.name);
  expect(state).toMatchObject({ name: declared.name, status: "disconnected" });
  expect(state).not.toHaveProperty("warnings");
  const { observed } = knownIn(state);
  for (const block of BLOCKS.filter((name) => declared[name] !== undefined)) {
    const stored = without(declared[block] as Values, "enabled", "reconnect");
    const really = block === "webhook" ? instance?.webhooks["default"] : instance?.[block];
    // The service keeps the port as text.
    expect(asKept({ ...really })).toMatchObject(
      asKept(block === "proxy" ? { ...stored, port: String(stored["port"]) } : stored),
    );
    const shown = asKept(observed[block] as Values);
    expect(shown).toMatchObject(asKept(without(declared[block] as Values, ...NEVER_SHOWN)));
    for (const secret of NEVER_SHOWN) expect(observed[block]).not.toHaveProperty(secret);
  }
}

/** The service may keep a URL with a slash at its end or without one. */
function asKept(fields: Values): Values {
  const kept = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "string" && /^https?:/.test(value) ? value.replace(/\/$/, "") : value,
  ]);
  return Object.fromEntries(kept) as Values;
}
