import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Lifecycle } from "../../lifecycle/lifecycle.ts";
import { UNCONFIRMED } from "../../lifecycle/state.ts";
import { isObject, type Values } from "../../values.ts";

const { Kind } = messages.PropertyDiff;

/** One difference by its property path, as the engine shows it in a plan. */
export type PropertyDiffs = ReadonlyMap<string, messages.PropertyDiff>;

/** Every argument that means something else to the service now, as deep as it can be told. */
export function argumentDiffs(
  lifecycle: Lifecycle<Values>,
  before: Values,
  now: Values,
  replaces: readonly string[],
): PropertyDiffs {
  return new Map(
    differencesAt([], before, now, (path, left, right) => lifecycle.sameValue(path, left, right)).map(
      ({ path, kind }) => [
        path.join("."),
        propertyDiff(replaces.includes(path[0] ?? "") ? REPLACING[kind] : Kind[kind], true),
      ],
    ),
  );
}

/** Although the arguments are the same, the resource is not what they declare: shows what will go away. */
export function unfinishedDiffs({ warnings, status }: Values): PropertyDiffs {
  const hasReasons = Array.isArray(warnings) && warnings.length > 0;
  const cause = hasReasons ? "warnings" : status === UNCONFIRMED ? "status" : "observed";
  return new Map([[cause, propertyDiff(Kind.DELETE, false)]]);
}

const REPLACING = {
  ADD: Kind.ADD_REPLACE,
  UPDATE: Kind.UPDATE_REPLACE,
  DELETE: Kind.DELETE_REPLACE,
} as const;

interface Difference {
  readonly path: readonly string[];
  readonly kind: keyof typeof REPLACING;
}

type Same = (path: readonly string[], left: unknown, right: unknown) => boolean;

function differencesAt(
  path: readonly string[],
  left: unknown,
  right: unknown,
  same: Same,
): readonly Difference[] {
  if (path.length > 0 && same(path, left, right)) return [];
  if (left === undefined) return [{ path, kind: "ADD" }];
  if (right === undefined) return [{ path, kind: "DELETE" }];
  if (!isObject(left) || !isObject(right)) return [{ path, kind: "UPDATE" }];
  const members = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...members].flatMap((key) => differencesAt([...path, key], left[key], right[key], same));
}

/** `isInput` says whether the engine finds the former value among the inputs or among the outputs. */
function propertyDiff(kind: messages.PropertyDiff.Kind, isInput: boolean): messages.PropertyDiff {
  const diff = new messages.PropertyDiff();
  diff.setKind(kind);
  diff.setInputdiff(isInput);
  return diff;
}
