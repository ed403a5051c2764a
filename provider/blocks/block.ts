import * as z from "zod";
import { namesWhere, secretNames, type Field, type Fields } from "../definitions/field.ts";
import { group, shapeOf, switchable } from "../definitions/schemas.ts";
import { orUnknown } from "../definitions/unknown.ts";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { omit, type Values } from "../values.ts";
import { observedOr, readRecord, recordOf, respellingTo } from "./records.ts";

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
export interface Change {
  readonly declared: Values;
  /** What was declared before; absent where the block is new to the program. */
  readonly before: Values | undefined;
  /** What was observed last; absent where nothing is known. */
  readonly observed: Observation | undefined;
}

/** How the service is asked about a block, and told: what the definitions of its fields do not say. */
export interface Endpoints {
  /** Asks the block's own endpoint. */
  read(instance: InstanceClient): Promise<Observation>;
  apply(instance: InstanceClient, change: Change): Promise<Observation>;
  /** Switches the block off, or puts what was declared back to the service's defaults. */
  withdraw(instance: InstanceClient, declared: Values): Promise<Observation>;
}

/** One of the independent parts of an instance's configuration (proxy, webhook, …), as the lifecycle goes through them. */
export interface Block extends Endpoints {
  /** The argument's name, and the key under which listings and create answers carry the block. */
  readonly name: string;
  readonly definitions: ReadonlyMap<string, Field>;
  /** The names of its fields, in the order in which people read them. */
  readonly fields: readonly string[];
  /** Validates, normalises and fills in the defaults; lets unknown values through. */
  readonly schema: z.ZodType<Values>;
  readonly secrets: readonly string[];
  /** Fields that the service may never return; what was sent last stands for them. */
  readonly unreadable: readonly string[];
  /** Fields whose value answers may hide. */
  readonly hideable: readonly string[];
  /** Fields that say how to apply the block and are nothing that the service stores. */
  readonly directives: readonly string[];

  /** The flat fields that this block adds to the body of `POST /api/instance/new`. */
  createFields(declared: Values): Values;
  /** The body for the block's own endpoint. */
  requestOf(declared: Values): Values;
  /** What is known of the block once the service has taken a request: what it would return. */
  acceptedOf(declared: Values): Values;
  /** Reads a record as the service writes it; undefined where it is no record of this block. */
  observe(record: unknown): Observation | undefined;
  /** Whether a withdrawal of what was declared would change nothing. */
  isWithdrawn(declared: Values, observed: Observation): boolean;
}

/** A block out of the definitions of its fields, its endpoints, and what is special about it. */
export function blockOf(
  name: string,
  fields: Fields,
  own: Endpoints & Partial<Pick<Block, "observe" | "isWithdrawn">>,
): Block {
  const canBeOff = Object.hasOwn(fields, "enabled");
  const unreadable = namesWhere(fields, ({ returned }) => returned !== "always");
  const hideable = namesWhere(fields, ({ mayBeHidden }) => mayBeHidden);
  const directives = namesWhere(fields, ({ isDirective }) => isDirective);
  const record = recordOf(fields);
  const respelled = respellingTo(fields);
  return {
    name,
    definitions: new Map(Object.entries(fields)),
    fields: Object.keys(fields),
    schema: canBeOff ? switchable(omit(fields, ["enabled"]) as Fields) : orUnknown(group(shapeOf(fields))),
    secrets: secretNames(fields),
    unreadable,
    hideable,
    directives,

    createFields: (declared) =>
      requestOf(fields, declared, (field) => {
        const byRule = canBeOff ? name + field.charAt(0).toUpperCase() + field.slice(1) : field;
        return fields[field]?.traits.createdAs ?? byRule;
      }),
    requestOf: (declared) => requestOf(fields, declared, (field) => fields[field]?.traits.sentAs ?? field),
    acceptedOf: (declared) => omit(declared, [...unreadable, ...directives]),
    observe: (value) => readRecord(record, respelled(value)),
    isWithdrawn: (_declared, observed) => observed.enabled === false,
    ...own,
  };
}

/** What is special about a block that one route stores, whole, and answers with what it stored. */
interface Storage extends Pick<Endpoints, "read">, Partial<Pick<Block, "observe" | "isWithdrawn">> {
  readonly route: string;
  /** Fields of every request that say which one is meant, where there are several. */
  readonly key?: Values;
}

/** A block of that kind. */
export function storedBlock(name: string, fields: Fields, { route, key = {}, ...own }: Storage): Block {
  const store = endpoint({
    method: "POST",
    route,
    idempotent: true,
    answer: z.looseObject({ [name]: z.unknown().optional() }),
  });
  const block = blockOf(name, fields, {
    async apply(instance, { declared }) {
      const answer = await instance.call(store, { ...key, ...block.requestOf(declared) });
      return observedOr(block.observe(answer[name]), block.acceptedOf(declared));
    },

    async withdraw(instance) {
      await instance.call(store, { ...key, enabled: false });
      return { enabled: false };
    },

    ...own,
  });
  return block;
}

function requestOf(fields: Fields, declared: Values, nameOf: (field: string) => string): Values {
  const sent = Object.entries(fields).filter(
    ([field, { traits }]) => !traits.isDirective && declared[field] !== undefined,
  );
  return Object.fromEntries(
    sent.map(([field, { kind }]) => [nameOf(field), kind.spell?.(declared[field]) ?? declared[field]]),
  );
}
