import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { read } from "../docs/pages.mts";
import { serviceFor } from "../support/service.mts";
import { projectFor } from "./cli-project.mts";

const ORION = `
  const orion = new RyzeInstance("orion", { webhook: { url: "https://app.example.com" } }, { protect: true });
  new RyzeWebhook("audit", { instance: orion.name, token: orion.token, url: "https://audit.example.com" });`;

/** What each of the stacks declares. */
const programOf = (parts: Record<string, string>) => `
import { getStack } from "@pulumi/pulumi";
import { RyzeInstance, RyzeWebhook } from "pulumi-ryzeapi";
${Object.entries(parts)
  .map(([stack, declarations]) => `if (getStack() === "${stack}") {${declarations}\n}`)
  .join("\n")}
`;

test("`pulumi state move` hands an instance over, as docs/adoption.md says: nothing is sent, and neither stack has a change", async () => {
  const [command = ""] = /pulumi state move [^]*?(?=\n\n)/.exec(read("docs/adoption.md")) ?? [];
  expect(command).toMatch(/^pulumi state move --source dev --dest support /);
  const [, ...urns] = command.replaceAll("::whatsapp::", "::imported::").split("'urn:");
  const moved = urns.map((urn) => `urn:${urn.replace(/'[^]*$/, "")}`);

  const service = await serviceFor();
  const { emulator } = service;
  const { directory, initStack, pulumiWithoutTypes: pulumi } = await projectFor(service);
  const declare = (parts: Record<string, string>) => writeFile(join(directory, "index.ts"), programOf(parts));
  const vega = `\n  new RyzeInstance("vega");`;
  for (const stack of ["support", "dev"]) await initStack(stack);
  await declare({ dev: ORION + vega });
  expect(await pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  emulator.pair("orion");
  const before = emulator.instance("orion");
  emulator.clearRequests();

  const done = await pulumi("state", "move", "--source", "dev", "--dest", "support", ...moved, "--yes");
  expect(done, done.stderr).toMatchObject({ code: 0 });
  await declare({ dev: vega, support: ORION });
  for (const stack of ["dev", "support"]) {
    const preview = await pulumi("preview", "--stack", stack, "--expect-no-changes");
    expect(preview, preview.stdout).toMatchObject({ code: 0 });
  }
  expect(await pulumi("up", "--stack", "support", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  expect(emulator.requests()).toEqual([]);
  const refreshed = await pulumi("preview", "--stack", "support", "--refresh", "--expect-no-changes");
  expect(refreshed, refreshed.stdout).toMatchObject({ code: 0 });
  expect(emulator.instance("orion")).toEqual(before);
});
