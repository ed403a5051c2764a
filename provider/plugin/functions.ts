import { accountArgument, checkArguments, nameArgument, type CheckFailure } from "../arguments.ts";
import { group } from "../blocks/fields.ts";
import type { AccountSettings } from "../config.ts";
import { accountOf, type Host } from "../lifecycle.ts";
import { summaryOf } from "../lookup.ts";
import { defined, omit, type Values } from "../values.ts";
import type { Path } from "./properties.ts";

/** What a function of the schema gives, or what is wrong with its arguments. */
export type FunctionResult =
  | { readonly failures: readonly CheckFailure[] }
  | { readonly result: Values; readonly secrets: readonly Path[] };

/** A function of the schema. It asks RyzeAPI whenever a program runs, previews included. */
export type PackageFunction = (host: Host, args: Values) => Promise<FunctionResult>;

const getInstanceArguments = group({ name: nameArgument, account: accountArgument.optional() });
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
  const { inputs, failures } = checkArguments<Lookup>(getInstanceArguments, args);
  if (inputs === undefined) return { failures };
  const account = accountOf(host, inputs.account);
  const found = await account.listing.find(inputs.name);
  if (found === undefined)
    throw new Error(
      `There is no instance named "${inputs.name}" in the RyzeAPI account at ${account.origin}.`,
    );
  return { result: defined({ ...summaryOf(found) }), secrets: [["token"]] };
}

/** Without the tokens: one secret in a list would make all of it secret. */
async function getInstances(host: Host, args: Values): Promise<FunctionResult> {
  const { inputs, failures } = checkArguments<Partial<Lookup>>(getInstancesArguments, args);
  if (inputs === undefined) return { failures };
  const listed = await accountOf(host, inputs.account).listing.all();
  const instances = listed.map((each) => omit(defined({ ...summaryOf(each) }), ["token"]));
  return { result: { instances }, secrets: [] };
}
