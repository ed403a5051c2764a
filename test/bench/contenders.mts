import pulumi from "@pulumi/pulumi";

import { RYZE_INSTANCE } from "../../dist/provider/faces/dynamic/registration.js";
import { baselineProvider } from "./baseline.mts";
import { WINDOW_FACTOR } from "./service.mts";

/** A provider to measure. */
export interface Contender {
  readonly name: "pulumi-ryzeapi" | "baseline";
  /** Its code, as Pulumi keeps it in `__provider`. */
  readonly code: string;
}

export const OURS: Contender = { name: "pulumi-ryzeapi", code: RYZE_INSTANCE.provider };

export async function baseline(): Promise<Contender> {
  const provider = baselineProvider(WINDOW_FACTOR);
  const { text } = await pulumi.runtime.serializeFunction(() => provider);
  return { name: "baseline", code: text };
}

/** A provider that does nothing: how long Pulumi itself takes to start. */
export const EMPTY_CODE = "exports.handler = () => ({ check: (_, inputs) => Promise.resolve({ inputs }) });";
