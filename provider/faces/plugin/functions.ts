import type * as z from "zod";
import { instanceFields } from "../../definitions/instance.ts";
import { group } from "../../definitions/schemas.ts";
import { accountArgument, checkArguments } from "../../lifecycle/arguments.ts";
import type { AccountSettings } from "../../lifecycle/configuration.ts";
import { accountOf, type Host } from "../../lifecycle/lifecycle.ts";
import {
  lookUpInstance,
  lookUpInstances,
  NoInstanceError,
  type InstanceSummary,
} from "../../lifecycle/lookup.ts";
import { defined, omit, type Values } from "../../values.ts";
import type { Path } from "./properties.ts";

/** What a function of the schema gives. */
export interface FunctionResult {
  readonly result: Values;
  readonly secrets: readonly Path[];
}

/** What a function works with. */
export interface FunctionContext {
  readonly host: Host;
  /** The ids of what this preview has said that it would create. */
  readonly planned: ReadonlySet<string>;
}

/** A function of the schema. It asks RyzeAPI whenever a program runs, previews included; throws for wrong arguments. */
export type PackageFunction = (context: FunctionContext, args: Values) => Promise<FunctionResult>;

const getInstanceArguments = group({
  name: instanceFields.name.kind.check,
  account: accountArgument.optional(),
});
const getInstancesArguments = group({ account: accountArgument.optional() });

interface Lookup {
  readonly name: string;
  readonly account?: AccountSettings;
}

/** The functions of the schema by their tokens. */
export const FUNCTIONS: ReadonlyMap<string, PackageFunction> = new Map([
  ["ryzeapi:index:getInstance", getInstance],
  ["ryzeapi:index:getInstances", getInstances],
]);

async function getInstance(context: FunctionContext, args: Values): Promise<FunctionResult> {
  const found = await foundInstance(context, checked(getInstanceArguments, args) as unknown as Lookup);
  return { result: defined({ ...found }), secrets: [["token"]] };
}

async function foundInstance(
  { host, planned }: FunctionContext,
  { name, account }: Lookup,
): Promise<InstanceSummary> {
  try {
    // Pulumi's SDKs do not say which arguments of a function are secret.
    return await lookUpInstance(accountOf(host, account), name, true);
  } catch (error) {
    if (error instanceof NoInstanceError && planned.has(name))
      throw new Error(ONLY_PLANNED, { cause: error });
    throw error;
  }
}

/** The engine takes no unknown value out of a function. */
const ONLY_PLANNED =
  "The instance of the `name` that was asked for is not there yet: this program creates it, and a preview cannot look it up. " +
  "Give the look-up the resource's `id` as `name`: it is the same text, and Pulumi waits for it. Or take the outputs of the " +
  "resource itself, which need no look-up.";

/** Without the tokens: one secret in a list would make all of it secret. */
async function getInstances({ host }: FunctionContext, args: Values): Promise<FunctionResult> {
  const { account } = checked(getInstancesArguments, args) as Partial<Lookup>;
  const found = await lookUpInstances(accountOf(host, account));
  const instances = found.map((each) => omit(defined({ ...each }), ["token"]));
  return { result: { instances }, secrets: [] };
}

/** Not as failures of the protocol: those name a property, which every SDK shows behind the reason. */
function checked(schema: z.ZodType, args: Values): Values {
  const { inputs, failures } = checkArguments<Values>(schema, args);
  if (inputs === undefined) throw new Error(failures.map(({ reason }) => reason).join("; "));
  return inputs;
}
