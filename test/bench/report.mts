import type { Commands } from "./commands/measure.mts";
import type { Measurement } from "./measurement.mts";
import type { Stacks } from "./stacks/measure.mts";
import type { StartUp } from "./start-up.mts";

/** On what, and how long, a part of the benchmark was measured. */
export interface Conditions {
  readonly cores: number;
  readonly node: string;
  readonly pulumi: string;
  readonly cli: string;
  readonly tookSeconds: number;
}

/** What the limits of RyzeAPI make of a fleet: the provider's process, asked over gRPC. */
export interface Limits {
  /** Length of a rate-limit window, and how many times shorter than the service's it is. */
  readonly window: { readonly seconds: number; readonly factor: number };
  readonly parallel: number;
  readonly startUp: StartUp;
  readonly fleets: readonly Measurement[];
}

/** All that the benchmark found; what docs/bench.json holds. A part that was not run again stays as it was. */
export interface Report {
  readonly commands?: Commands & { readonly conditions: Conditions };
  readonly limits?: Limits & { readonly conditions: Conditions };
  readonly stacks?: Stacks & { readonly conditions: Conditions };
}

/** What the provider is meant to keep, as a ratio or a count within one run. */
export interface Target {
  readonly target: string;
  readonly limit: string;
  /** The worst that was measured. */
  readonly measured: string;
  /** "not run": by the sizes that this run was asked for. */
  readonly result: "pass" | "FAIL" | "not run";
}
