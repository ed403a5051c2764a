import type * as z from "zod";
import type { InstanceClient } from "../ryzeapi/client.ts";
import type { Values } from "../values.ts";

/**
 * What the service says of a block, in the names and types of the block's arguments.
 *
 * A field that is missing was not told; it is never taken as a difference. `enabled: false` is a block that is off.
 * `error` is why the block is not what was declared. Secrets that the service returns are in it, so that they can be
 * compared; `withoutSecrets` takes them out before anything is stored.
 */
export type Observation = Values & {
  readonly enabled?: boolean | undefined;
  readonly error?: string | undefined;
};

/** What `apply` needs to know to send no more than has changed. */
export interface Change<Declared> {
  readonly declared: Declared;
  /** What was declared before; absent where the block is new to the program. */
  readonly before: Declared | undefined;
  /** What was observed last; absent where nothing is known. */
  readonly observed: Observation | undefined;
}

/**
 * One of the independent parts of an instance's configuration (proxy, webhook, …).
 *
 * A block file holds everything that is known about its block; the lifecycle only goes through the registry.
 */
export interface Block<Declared extends Values = Values> {
  /** The argument's name, and the key under which listings and create answers carry the block. */
  readonly name: string;
  /** Validates, normalises and fills in the defaults; lets unknown values through. */
  readonly schema: z.ZodType<Declared>;
  /** The names of its fields, in the order in which people read them. */
  readonly fields: readonly string[];
  readonly secrets: readonly string[];
  /** Fields that the service may never return; what was sent last stands for them. */
  readonly unreadable: readonly string[];
  /** Fields that say how to apply the block and are nothing that the service stores. */
  readonly directives: readonly string[];

  /** The flat fields that this block adds to the body of `POST /api/instance/new`. */
  createFields(declared: Declared): Values;
  /** Reads a record as the service writes it; undefined where it is no record of this block. */
  observe(record: unknown): Observation | undefined;
  /** Asks the block's own endpoint. */
  read(instance: InstanceClient): Promise<Observation>;
  apply(instance: InstanceClient, change: Change<Declared>): Promise<Observation>;
  /** Switches the block off, or puts what was declared back to the service's defaults. */
  withdraw(instance: InstanceClient, declared: Declared): Promise<Observation>;
  /** Whether a withdrawal of what was declared would change nothing. */
  isWithdrawn(declared: Declared, observed: Observation): boolean;
  /** Equality of one field's values; deep equality where it is not given. */
  equal?(field: string, left: unknown, right: unknown): boolean;
}
