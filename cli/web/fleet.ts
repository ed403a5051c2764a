import type { AccountClient } from "../../provider/ryzeapi/client.ts";
import { asError, cleanMessage } from "../../provider/ryzeapi/errors.ts";
import type { ListedInstance } from "../../provider/ryzeapi/listing.ts";
import { absent, connectionOf, statusesOf, statusIn, type InstanceStatus } from "../connection.ts";
import { isAmong } from "../managed.ts";
import { notice } from "../progress.ts";
import { managedInstances, type ManagedInstances } from "../stack.ts";

/** The instances that are named, else those of the stack; what is to be paired comes first. */
export async function fleetOf(
  account: AccountClient,
  names: readonly string[],
  stack: string | undefined,
): Promise<ReadonlyMap<string, InstanceStatus>> {
  const [listed, managed] = await Promise.all([
    account.listing.all(),
    names.length > 0 ? undefined : stackInstances(stack),
  ]);
  const fleet = managed === undefined ? await named(account, names, listed) : ofStack(managed, listed);
  const isConnected = ({ status }: InstanceStatus) => connectionOf(status) === "connected";
  const entries = [...fleet];
  return new Map([
    ...entries.filter(([, status]) => !isConnected(status)),
    ...entries.filter(([, status]) => isConnected(status)),
  ]);
}

async function named(
  account: AccountClient,
  names: readonly string[],
  listed: readonly ListedInstance[],
): Promise<ReadonlyMap<string, InstanceStatus>> {
  const statuses = await statusesOf(account, names, listed);
  const missing = names.find((name) => !statuses.has(name));
  if (missing !== undefined) throw absent(account, missing);
  return statuses;
}

async function stackInstances(stack: string | undefined): Promise<ManagedInstances> {
  try {
    return await managedInstances(stack);
  } catch (error) {
    throw new Error(
      `no instance is named, and there is no stack to take them from: ${asError(error).message}. ` +
        "Name the instances, or run this in the folder of a Pulumi project with a selected stack",
    );
  }
}

function ofStack(
  managed: ManagedInstances,
  listed: readonly ListedInstance[],
): ReadonlyMap<string, InstanceStatus> {
  const own = listed.filter((instance) => isAmong(managed.get(instance.name) ?? [], instance) !== false);
  const present = new Set(own.map(({ name }) => name));
  const missing = [...managed.keys()].filter((name) => !present.has(name));
  if (missing.length > 0)
    notice(
      `In the stack, but not in the account: ${missing.map((name) => cleanMessage(name, [])).join(", ")}`,
    );
  if (own.length === 0)
    throw new Error("the stack has no instances of this account: there is nothing to pair");
  return new Map(own.map((instance) => [instance.name, statusIn(instance)]));
}
