import type { CliResult } from "./cli.mts";
import type { Measurement } from "./measurement.mts";
import type { StartUp } from "./start-up.mts";

/** All that one run of the benchmark found; what docs/bench.json holds. */
export interface Report {
  readonly machine: { readonly cores: number; readonly node: string; readonly pulumi: string };
  /** Length of a rate-limit window, and how many times shorter than the service's it is. */
  readonly window: { readonly seconds: number; readonly factor: number };
  readonly parallel: number;
  readonly tookSeconds: number;
  readonly startUp: StartUp;
  readonly cli: CliResult;
  readonly fleets: readonly Measurement[];
  readonly targets: readonly Target[];
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
