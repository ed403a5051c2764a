import { createRequire } from "node:module";

import { expect, onTestFinished, test } from "vitest";

import { EnginePeer } from "../plugin/engine-peer.mts";
// Sets how the programs of this process are connected with their engines.
import "../support/stack.mts";

const require = createRequire(import.meta.url);
const { log } = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
/** What the Automation API calls before it runs a program; none of it has public types. */
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state.js") as {
  withLocalStorage: (program: () => Promise<void>) => Promise<void>;
};
const { resetOptions } = require("@pulumi/pulumi/runtime/settings.js") as {
  resetOptions: (project: string, stack: string, parallel: number, engine: string, monitor: string) => void;
};

test("a program reaches its own engine, also at the port of one that has ended", async () => {
  const former = await engineAt();
  former.stop();
  await saying("to nobody", former);

  const engine = await engineAt(former.port);
  await saying("to its own engine", engine);
  expect(engine.log).toMatchObject([{ message: "to its own engine" }]);
});

async function engineAt(port = 0): Promise<EnginePeer> {
  const engine = await EnginePeer.start({ port });
  onTestFinished(() => {
    engine.stop();
  });
  return engine;
}

/** A program that does nothing but write a line into the engine's log. */
function saying(line: string, { address }: EnginePeer): Promise<void> {
  return withLocalStorage(async () => {
    resetOptions("test", "test", 1, address, address);
    await log.info(line);
  });
}
