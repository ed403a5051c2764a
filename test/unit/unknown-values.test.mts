import { describe, expect, test } from "vitest";

import { everyBlock } from "../support/instance.mts";
import { checked, create, lifecycleFor, UNKNOWN } from "../support/lifecycle.mts";
import { secretMarkers } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";

const { token, ...blocks } = everyBlock(secretMarkers(), "https://chatwoot.example.com");
const declared = { name: "orion", token, adopt: true, onBlockFailure: "fail", ...blocks };

type Declared = Record<string, unknown>;

/** The declaration with one value unknown: every argument, every field of every block, every element of every list. */
function unknownVariants(): [path: string, variant: Declared][] {
  const variants: [string, Declared][] = [];
  for (const [name, argument] of Object.entries(declared as Declared)) {
    variants.push([name, { ...declared, [name]: UNKNOWN }]);
    if (typeof argument !== "object") continue;
    for (const [field, value] of Object.entries(argument as Declared)) {
      variants.push([`${name}.${field}`, { ...declared, [name]: { ...argument, [field]: UNKNOWN } }]);
      if (!Array.isArray(value)) continue;
      for (const index of value.keys()) {
        const list: unknown[] = value.with(index, UNKNOWN);
        variants.push([
          `${name}.${field}[${index}]`,
          { ...declared, [name]: { ...argument, [field]: list } },
        ]);
      }
    }
  }
  return variants;
}

const lifecycle = lifecycleFor({ url: "https://ryzeapi.cloud", accountToken: "acc" });

test("there is a variant for every block, field and list element", () => {
  const paths = unknownVariants().map(([path]) => path);
  expect(paths).toEqual(
    expect.arrayContaining(["proxy", "webhook", "websocket", "chatwoot", "settings", "s3", "token"]),
  );
  expect(paths).toEqual(expect.arrayContaining(["proxy.port", "webhook.events[1]", "settings.ignoreStatus"]));
  // 10 arguments, 39 fields, 3 elements
  expect(paths).toHaveLength(52);
});

describe("check accepts an unknown value and leaves it as it is", () => {
  test.each(unknownVariants())("%s", (_, variant) => {
    expect(checked(lifecycle, variant)).toEqual(variant);
  });

  test.each(["proxy", "webhook", "chatwoot", "s3"])("%s.enabled, which decides what is required", (block) => {
    expect(checked(lifecycle, { name: "orion", [block]: { enabled: UNKNOWN } })).toMatchObject({
      [block]: { enabled: UNKNOWN },
    });
  });
});

test("diff of an instance sees a change where a value is unknown, and plans no replacement for it", async () => {
  const { emulator, secrets, chatwootUrl, routes } = await serviceFor();
  const real = { name: "orion", ...everyBlock(secrets, chatwootUrl) };
  const state = await create(lifecycleFor(emulator), { ...declared, ...real });
  emulator.clearRequests();
  for (const [path, variant] of unknownVariants()) {
    const [name = "", field] = path.split(".");
    const now =
      field === undefined
        ? { ...declared, ...real, [name]: UNKNOWN }
        : { ...declared, ...real, [name]: variant[name] };
    const { changes, replaces } = lifecycle.diff(state, checked(lifecycle, now));
    expect({ path, changes, replaces }).toEqual({
      path,
      changes: undefined,
      replaces: [],
    });
  }
  expect(routes()).toEqual([]);
});
