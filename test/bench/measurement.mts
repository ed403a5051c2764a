import type { RequestCounts } from "./service.mts";
import { WINDOW_SECONDS } from "./service.mts";

/** What RyzeAPI documents, per window and token. */
export const LIMITS = { creates: 20, calls: 100 } as const;
export const DOCUMENTED_WINDOW_SECONDS = 60;

/** What is measured, in the order in which it runs, and what to call it. */
export const CASES = {
  create: "create",
  unchanged: "no-op up",
  refresh: "refresh",
  refreshSummary: "refresh, listing summary",
  refreshMinimal: "refresh, listing minimal",
  refreshDrifted: "refresh, 1 % drifted",
  change: "one field changed",
  destroy: "destroy",
} as const;

export type Case = keyof typeof CASES;

/** One case with one provider and a number of instances. */
export interface Measurement {
  readonly provider: "pulumi-ryzeapi" | "baseline";
  readonly case: Case;
  readonly instances: number;
  readonly requests: RequestCounts;
  /** From the first question to the provider until its last answer. */
  readonly seconds: number;
  /** Peak of the provider process; absent where the system does not tell. */
  readonly peakMiB?: number;
  /** Resources that were changed, or in which drift was found. */
  readonly changed: number;
}

/** Windows that the case needs at least: `ceil(N/20)` and `ceil(N/100)`; 1 where no limit stands in the way. */
export function windowsNeeded(kind: Case, instances: number): number {
  if (kind === "create") return Math.ceil(instances / LIMITS.creates);
  if (kind === "destroy") return Math.ceil(instances / LIMITS.calls);
  return 1;
}

/**
 * The least time that the limits allow. A case begins with a window: all that the first window allows goes at once, so
 * all windows but the last pass in full, and the last calls go as soon as the last window begins.
 */
export function floorSeconds(kind: Case, instances: number): number {
  return (windowsNeeded(kind, instances) - 1) * WINDOW_SECONDS;
}

/** Whether the limits made somebody wait who sent so many requests. */
export function hadToWait({ account, creates }: RequestCounts): boolean {
  return creates > LIMITS.creates || account - creates > LIMITS.calls;
}

/** What the baseline would send; it is not run where its waits would take longer than all the rest. */
export function baselineRequests(kind: Case, instances: number): number {
  if (kind === "unchanged") return 0;
  if (kind.startsWith("refresh")) return 7 * instances;
  return instances;
}

/** The windows that the baseline needs at least, out of what it sends with its one token. */
export function baselineWindows(kind: Case, instances: number): number {
  const limit = kind === "create" ? LIMITS.creates : LIMITS.calls;
  return Math.max(1, Math.ceil(baselineRequests(kind, instances) / limit));
}
