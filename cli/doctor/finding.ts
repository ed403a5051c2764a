/** What was looked at, in the order in which one thing needs the other. */
export type Check =
  | "node"
  | "cli"
  | "sdk"
  | "stack"
  | "configuration"
  | "endpoint"
  | "certificate"
  | "clock"
  | "token"
  | "limits"
  | "bridge";

/** A note is worth knowing and may be meant; what is open could not be looked at. */
export type Result = "ok" | "note" | "problem" | "open";

export interface Finding {
  readonly check: Check;
  readonly result: Result;
  readonly found: string;
  /** What to do next. */
  readonly todo?: string;
}
