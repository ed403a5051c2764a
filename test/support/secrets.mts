import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, inject } from "vitest";

import type { Emulator } from "../emulator/emulator.mts";
import { secretMarker, TAIL } from "./secret-marker.mts";
import type { TestStack } from "./stack.mts";

/** Unique secrets of one scenario, one per place where a secret can stand. */
export type Markers = ReturnType<typeof secretMarkers>;

export function secretMarkers() {
  return {
    // Where tests have stacks, these are configured with it already.
    accountToken: inject("stackTemplate")?.accountToken ?? secretMarker(),
    instanceToken: secretMarker(),
    proxyPassword: secretMarker(),
    webhookAuthorization: secretMarker(),
    chatwootToken: secretMarker(),
    s3SecretKey: secretMarker(),
  };
}

/** What a stack and its service left behind anywhere holds none of the markers, in any usual encoding. */
export async function expectNoSecrets(
  secrets: Record<string, string>,
  stack: TestStack,
  emulator: Emulator,
): Promise<void> {
  expectAbsent(secrets, {
    "`pulumi stack export`": await stack.exported(),
    "output and errors": stack.output,
    "engine events": JSON.stringify(stack.allEvents.filter((event) => !isDebug(event))),
    "the emulator's requests": await (await fetch(`${emulator.url}/__emulator/requests`)).text(),
    "the files of the stack": await textOfFilesIn(stack.directories),
  });
}

/** With --debug, Pulumi's SDK itself shows every secret of every resource. */
function isDebug({ diagnosticEvent }: EngineEvent): boolean {
  return (diagnosticEvent?.severity as string | undefined) === "debug";
}

export function expectAbsent(secrets: Record<string, string>, places: Record<string, string>): void {
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  );
  expect(leaks).toEqual([]);
}

/** The unique part of a secret, which JSON and URLs write as it is, and its base64 wherever that starts. */
function formsOf(secret: string): string[] {
  const core = secret.replace(TAIL, "");
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from("\0".repeat(offset) + core).toString("base64");
    // The characters at both ends also hold bits of what stands beside the core.
    return encoded.slice(Math.ceil((offset * 8) / 6), -4);
  });
  return [core, ...base64, ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))];
}

async function textOfFilesIn(directories: readonly string[]): Promise<string> {
  const listings = directories.map((directory) =>
    readdir(directory, { recursive: true, withFileTypes: true }),
  );
  const files = (await Promise.all(listings)).flat().filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}
