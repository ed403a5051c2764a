import { expect } from "vitest";

import { knownIn } from "../../provider/lifecycle/state.ts";
import type { Values } from "../../provider/values.ts";
import type { InstanceView } from "../emulator/emulator.mts";
import { DEFAULT_SETTINGS } from "../support/instance.mts";
import { expectAbsent } from "../support/secrets.mts";
import type { Outcome } from "./engine.mts";
import { BLOCKS, type BlockName } from "./routes.mts";
import { NAME, type Declared, type Scene } from "./scene.mts";

const SECRETS: readonly string[] = ["password", "authorization", "apiToken", "secretKey"];

/** The service runs what is declared, and nothing that is not. By the service's own records, without provider code. */
export function expectAsDeclared(instance: InstanceView | undefined, declared: Declared): void {
  expect(instance?.name).toBe(declared.name);
  if (declared["token"] !== undefined) expect(instance?.token).toBe(declared["token"]);
  for (const block of BLOCKS) {
    const wanted = declared[block] as Values | undefined;
    const really = recordOf(instance, block);
    if (wanted !== undefined) expect(really, block).toMatchObject(asKept(block, wanted));
    else if (block === "settings") expect(really, block).toEqual(DEFAULT_SETTINGS);
    else if (really !== undefined) expect(really, block).toMatchObject({ enabled: false });
  }
}

/** Nothing that the state presents as a fact is wrong, and what it does not know it says. */
export function expectTrueState(scene: Scene, outcome: Outcome): void {
  const { engine, emulator, secrets } = scene;
  const { state } = engine;
  const instance = emulator.instance(NAME);
  if (state === undefined) return;
  const { warnings = [], token } = state as { warnings?: string[]; token?: string };
  const shown = { observed: state["observed"], warnings };
  expectAbsent(secrets, { "what is shown of the state": JSON.stringify(shown) });
  if (instance === undefined || outcome.did === "nothing") return;
  // A declared token stays in the state, and an update asks for none.
  if (token !== undefined && outcome.did !== "update")
    expect([instance.token, scene.declared["token"]]).toContain(token);
  for (const [block, seen] of Object.entries<Values>(knownIn(state).observed)) {
    if (seen["error"] !== undefined) {
      expect(warnings.join("\n"), "warnings").toContain(`${block} is not as declared`);
      continue;
    }
    // A failed update leaves the old state, which is true of what the update did not reach.
    if (outcome.error !== undefined && outcome.error.name !== "PartialFailure") continue;
    const told = Object.entries(asKept(block as BlockName, seen)).filter(
      ([field]) => !SECRETS.includes(field),
    );
    expect(recordOf(instance, block as BlockName), `observed.${block}`).toMatchObject(
      Object.fromEntries(told),
    );
  }
}

/** An error that somebody can act on: what failed or what to do, in clean text. */
export function expectClear({ secrets }: Scene, error: Error): void {
  const { message } = error;
  expectAbsent(secrets, { "the error": message });
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(message).not.toMatch(/undefined|\[object|127\.0\.0\.1/);
  expect(message).toMatch(
    /(GET|POST|DELETE) \/api\/[\w/]+(\/:instance)?|`pulumi \w+`|adopt: true|another token/,
  );
}

function recordOf(instance: InstanceView | undefined, block: BlockName): Values | undefined {
  const found = block === "webhook" ? instance?.webhooks["default"] : instance?.[block];
  return found && { ...found };
}

/** As the service keeps it: the port as text, and no word on how to apply it. An integration that is listed is on. */
function asKept(block: BlockName, declared: Values): Values {
  if (declared["enabled"] === false) return block === "chatwoot" ? {} : { enabled: false };
  const unkept = block === "chatwoot" ? ["reconnect", "enabled"] : ["reconnect"];
  const kept = Object.entries(declared).filter(([field]) => !unkept.includes(field));
  return Object.fromEntries(
    kept.map(([field, value]) => [
      field,
      typeof value === "number" && field === "port" ? String(value) : value,
    ]),
  );
}
