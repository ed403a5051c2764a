import * as pulumi from "@pulumi/pulumi";
import { resolveAccount, type AccountSettings } from "../provider/lifecycle/configuration.ts";
import { lookUpInstance, lookUpInstances, type InstanceSummary } from "../provider/lifecycle/lookup.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { Service } from "../provider/ryzeapi/service.ts";
import { defined } from "../provider/values.ts";
import type { AccountArgs } from "./arguments.ts";

/** An instance that exists in the account, whether or not a stack manages it. */
export interface RyzeInstanceSummary {
  /** Name of the instance. */
  readonly name: string;
  /** State of its connection: `connected`, `connecting`, `disconnected` or `loggedout`. */
  readonly status: string;
  /** The paired number, such as `5511999999999@s.whatsapp.net`; undefined where none was ever paired. */
  readonly numberJid: string | undefined;
  /** The blocks that RyzeAPI's listing shows as configured, such as `webhook`. */
  readonly blocks: readonly string[];
}

/** An instance that exists in the account, with its token. */
export interface RyzeInstanceInfo extends RyzeInstanceSummary {
  /** The instance's own token, a secret; undefined where the listing does not tell it. */
  readonly token: pulumi.Output<string | undefined>;
}

/** {@link RyzeInstanceInfo} with each member an output of its own, so that the secret token hides no other. */
export interface RyzeInstanceOutputs {
  /** Name of the instance. */
  readonly name: pulumi.Output<string>;
  /** State of its connection: `connected`, `connecting`, `disconnected` or `loggedout`. */
  readonly status: pulumi.Output<string>;
  /** The paired number, such as `5511999999999@s.whatsapp.net`; undefined where none was ever paired. */
  readonly numberJid: pulumi.Output<string | undefined>;
  /** The blocks that RyzeAPI's listing shows as configured, such as `webhook`. */
  readonly blocks: pulumi.Output<readonly string[]>;
  /** The instance's own token, a secret; undefined where the listing does not tell it. */
  readonly token: pulumi.Output<string | undefined>;
}

/**
 * Which account to look in.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/list
 */
export interface RyzeInstancesLookup {
  /**
   * The account to look in.
   *
   * Default: the account of the stack's configuration.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  account?: AccountSettings;
}

/**
 * Which instance to look up.
 *
 * Source: https://ryzeapi.cloud/en/api/instance/list
 */
export interface RyzeInstanceLookup extends RyzeInstancesLookup {
  /**
   * Name of the instance.
   *
   * @see https://ryzeapi.cloud/en/api/instance/list
   */
  name: string;
}

/**
 * Looks up one instance of the account.
 *
 * @throws where the account has no instance of that name, or no token is configured.
 */
export async function getRyzeInstance(lookup: RyzeInstanceLookup): Promise<RyzeInstanceInfo> {
  return withSecretToken(await find(lookup, false));
}

/** Looks up every instance of the account. */
export async function getRyzeInstances(lookup: RyzeInstancesLookup = {}): Promise<RyzeInstanceInfo[]> {
  return (await lookUpInstances(accountClient(lookup.account))).map(withSecretToken);
}

/** Like {@link getRyzeInstance}, for a name or an account that is the output of another resource. */
export function getRyzeInstanceOutput(lookup: {
  /** Name of the instance. */
  name: pulumi.Input<string>;
  /** The account to look in. Default: the account of the stack's configuration. */
  account?: pulumi.Input<AccountArgs>;
}): RyzeInstanceOutputs {
  const found = pulumi.output(lookup).apply(async (known) => {
    const isSecret = await pulumi.isSecret(pulumi.output(lookup.name));
    return await find(known, isSecret);
  });
  return {
    name: found.apply(({ name }) => name),
    status: found.apply(({ status }) => status),
    numberJid: found.apply(({ numberJid }) => numberJid),
    blocks: found.apply(({ blocks }) => blocks),
    token: pulumi.secret(found.apply(({ token }) => token)),
  };
}

/** Like {@link getRyzeInstances}, without the tokens, for an account that is the output of another resource. */
export function getRyzeInstancesOutput(
  lookup: {
    /** The account to look in. Default: the account of the stack's configuration. */
    account?: pulumi.Input<AccountArgs>;
  } = {},
): pulumi.Output<RyzeInstanceSummary[]> {
  return pulumi.output(lookup).apply(async (known) => {
    const found = await lookUpInstances(accountClient(known.account));
    return found.map(({ name, status, numberJid, blocks }) => ({ name, status, numberJid, blocks }));
  });
}

function find({ name, account }: RyzeInstanceLookup, isNameSecret: boolean): Promise<InstanceSummary> {
  return lookUpInstance(accountClient(account), name, isNameSecret);
}

function withSecretToken({ token, ...summary }: InstanceSummary): RyzeInstanceInfo {
  return { ...summary, token: pulumi.secret(token) };
}

/** Look-ups of one program share their listing, as the provider's reads do. */
const service = new Service({ caller: "look-up", notice: (line) => void pulumi.log.info(line) });

function accountClient(declared: AccountSettings | undefined): AccountClient {
  const config = new pulumi.Config("ryzeapi");
  const [token, endpoint, limitShare] = ["token", "endpoint", "limitShare"].map((name) => config.get(name));
  const configured = defined({ token, endpoint, limitShare });
  return service.account(resolveAccount(declared, configured, process.env));
}
