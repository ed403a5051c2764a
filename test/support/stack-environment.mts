import { inject } from "vitest";

import type { Vault } from "./vault.mts";

/** State in a folder, a key in the Vault, and nothing that the machine's owner has set for RyzeAPI. */
export function stackEnvironment(
  backend: string,
  vault: Vault["env"] = inject("vault"),
): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${backend}`,
    ...vault,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
    RYZEAPI_TOKEN: "",
    RYZEAPI_ENDPOINT: "",
    // The CLI is written in Go, and ends before its memory is worth collecting.
    GOGC: "400",
  };
}

/** Has Pulumi run a program without checking its types, which takes longer than all else. */
export const WITHOUT_TYPES = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
