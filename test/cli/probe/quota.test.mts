import { expect, test } from "vitest";

import { findingsIn, onOwnClock, OTHERS, sceneFor } from "./probing.mts";

onOwnClock();

const cases = [true, false].flatMap((quotaBeforeDuplicate) =>
  (["status", "ok-false"] as const).flatMap((refusals) =>
    [1, 2].map((room) => ({ quotaBeforeDuplicate, refusals, room })),
  ),
);

test.each(cases)("the order of quota and name is found: %o", async ({ room, ...readings }) => {
  const { emulator, report } = await sceneFor({ quota: OTHERS.length + room, readings });
  const findings = findingsIn(await report({ quota: true }));
  expect(findings).toMatchObject({
    quotaBeforeDuplicate: { reading: readings.quotaBeforeDuplicate },
    createStatus: { reading: 201 },
    duplicateName: readings.refusals === "status" && room === 2 ? { reading: 409 } : {},
  });
  expect(emulator.instanceNames()).toEqual(OTHERS);
});

test.each([true, false])(
  "an account with more room tells nothing of it: %s",
  async (quotaBeforeDuplicate) => {
    const { report } = await sceneFor({ readings: { quotaBeforeDuplicate } });
    expect(findingsIn(await report({ quota: true }))).toMatchObject({
      quotaBeforeDuplicate: {
        notObservable: "the account was not full: it has to have room for one or two instances",
      },
    });
  },
);

test.each(["status", "ok-false"] as const)(
  "a name is not taken for refused that the quota refuses: %s",
  async (refusals) => {
    const { report } = await sceneFor({ quota: OTHERS.length + 2, readings: { refusals } });
    expect(findingsIn(await report())).toMatchObject({
      nameLimit: { notObservable: "the account was full" },
    });
  },
);

test("an account without any room tells what can be read", async () => {
  const { report } = await sceneFor({ quota: OTHERS.length });
  const { complete, readings } = await report();
  expect(complete).toBe(true);
  expect(readings).toMatchObject({
    refusals: { reading: "status" },
    createStatus: { notObservable: "no instance could be created" },
    partialBlocks: { notObservable: "it could not be asked" },
  });
});
