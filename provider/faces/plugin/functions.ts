import type * as z from "zod";
import { instanceFields } from "../../definitions/instance.ts";
import { group } from "../../definitions/schemas.ts";
import { accountArgument, checkArguments } from "../../lifecycle/arguments.ts";
import type { AccountSettings } from "../../lifecycle/configuration.ts";
import { accountOf, type Host } from "../../lifecycle/lifecycle.ts";
import { lookUpInstance, lookUpInstances } from "../../lifecycle/lookup.ts";
import { defined, omit, type Values } from "../../values.ts";
import type { Path } from "./properties.ts";

/** What a function of the schema gives. */
export interface FunctionResult {
  readonly result: Values;
  readonly secrets: readonly Path[];
}

/** A function of the schema. It asks RyzeAPI whenever a program runs, previews included; throws for wrong arguments. */
export type PackageFunction = (host: Host, args: Values) => Promise<FunctionResult>;

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

async function getInstance(host: Host, args: Values): Promise<FunctionResult> {
  const { name, account } = checked(getInstanceArguments, args) as unknown as Lookup;
  // Pulumi's SDKs do not say which arguments of a function are secret.
  const found = await lookUpInstance(accountOf(host, account), name, true);
  return { result: defined({ ...found }), secrets: [["token"]] };
}

/** Without the tokens: one secret in a list would make all of it secret. */
async function getInstances(host: Host, args: Values): Promise<FunctionResult> {
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
