import { expect } from "vitest";

import { sent, type Declared, type Scenario, type Sent } from "./scenario.mts";

/** From one declaration to another: the engine is told, exactly these requests are sent, and then all is well. */
export async function expectRequests(
  s: Scenario,
  before: Declared,
  changed: Declared,
  requests: readonly Sent[],
): Promise<void> {
  const state = await s.created(before);
  const args = s.args(changed);
  expect(s.process().diff(state, args)).toEqual({
    changes: undefined,
    replaces: [],
    deleteBeforeReplace: true,
  });
  const after = await s.process().update("orion", state, args);
  expect(sent(s.emulator)).toEqual(requests);
  expect(after["warnings"]).toBeUndefined();
  expect(s.process().diff(after, args)).toMatchObject({ changes: false });
}

export async function expectNothingToDo(s: Scenario, before: Declared, changed: Declared): Promise<void> {
  const state = await s.created(before);
  const args = s.args(changed);
  expect(s.process().diff(state, args)).toMatchObject({ changes: false });
  await s.process().update("orion", state, args);
  expect(sent(s.emulator)).toEqual([]);
}
