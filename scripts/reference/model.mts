import type { Comment } from "./comment.mts";
import type { Presence } from "./sources.mts";
import type { EnumType, ValueType } from "./types.mts";

/** An argument, a field of a block, or an output. */
export interface Field {
  readonly name: string;
  readonly type: ValueType;
  readonly comment: Comment;
  readonly presence: Presence;
  readonly isSecret: boolean;
  /** Whether a change replaces the resource. */
  readonly replaces: boolean;
  /** The service may never return it; what was sent last stands for it. */
  readonly isUnreadable: boolean;
  /** What the provider's check fills in where the field is left out. */
  readonly filledIn?: string | number | boolean;
}

/** A named group of fields. */
export interface Group {
  readonly name: string;
  readonly comment: Comment;
  readonly fields: readonly Field[];
}

export interface Block extends Group {
  /** The argument's name. */
  readonly argument: string;
  /** Whether the block has an `enabled`, without which no field of it is required. */
  readonly canBeOff: boolean;
}

export interface Resource {
  readonly name: string;
  readonly comment: Comment;
  readonly arguments: readonly Field[];
  readonly outputs: readonly Field[];
}

export interface Lookup {
  readonly name: string;
  readonly comment: Comment;
  readonly arguments: readonly Field[];
  /** The same for arguments that are outputs. */
  readonly outputForm: { readonly name: string; readonly comment: Comment };
}

/** Everything that a program can declare and read, which all generated files are made of. */
export interface Model {
  readonly instance: Resource;
  readonly webhook: Resource;
  readonly blocks: readonly Block[];
  readonly account: Group;
  /** What RyzeAPI said of each block, and the group of all these. */
  readonly observed: readonly Group[];
  /** What an instance is known by beside its name. */
  readonly identity: Group;
  readonly events: EnumType & { readonly comment: Comment };
  readonly enums: readonly EnumType[];
  /** What a look-up gives of one instance. */
  readonly summary: Group;
  readonly lookups: readonly Lookup[];
}
