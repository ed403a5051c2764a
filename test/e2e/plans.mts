import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What was planned for a resource: the operation, and the paths of the properties that differ. */
export interface Plan {
  readonly op: string;
  readonly paths: string[];
}

export function plansFor(events: readonly EngineEvent[], resource: string): Plan[] {
  return events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    // What a refresh finds is known when it is done, all else is planned before.
    const found = resOutputsEvent?.metadata.op === "refresh" ? resOutputsEvent : resourcePreEvent;
    const { op, urn = "", detailedDiff } = found?.metadata ?? {};
    if (op === undefined || op === "same" || !urn.endsWith(`::${resource}`)) return [];
    if (op === "refresh" && found !== resOutputsEvent) return [];
    return [{ op, paths: Object.keys(detailedDiff ?? {}).sort() }];
  });
}
