import type { Block, Observation } from "../blocks/block.ts";
import { BLOCKS } from "../blocks/index.ts";
import { furtherLabels, webhookLabelled } from "../blocks/webhook.ts";
import { nameProblem } from "../definitions/instance.ts";
import type { AccountClient, InstanceClient } from "../ryzeapi/client.ts";
import { cleanMessage } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { pick, type Values } from "../values.ts";
import { checkArguments, instanceSchema, propertyPath } from "./arguments.ts";
import { identityOf } from "./identity.ts";
import { observedInstance } from "./observed-instance.ts";
import { observeBlock } from "./reconcile/block.ts";
import type { Known } from "./state.ts";

/** An instance that exists, described as a program would declare it. */
export interface Discovery {
  readonly name: string;
  readonly known: Omit<Known, "observed">;
  readonly blocks: readonly DiscoveredBlock[];
  /** Enabled webhooks beside the `default` one. */
  readonly webhooks: readonly DiscoveredWebhook[];
  /** What is on and stands in neither, with the reason: a sentence each. */
  readonly leftOut: readonly string[];
}

export interface DiscoveredBlock {
  readonly block: Block;
  readonly declaration: Values;
  readonly observed: Observation;
  /** Secret fields that the service keeps for itself and that the declaration therefore lacks. */
  readonly missing: readonly string[];
  /** Why no program can declare the block as RyzeAPI has it; undefined where one can. */
  readonly problem: string | undefined;
}

export interface DiscoveredWebhook extends DiscoveredBlock {
  readonly label: string;
}

/** Asks the service for everything that an instance is configured with. */
export async function discover(account: AccountClient, listed: ListedInstance): Promise<Discovery> {
  const problem = nameProblem(listed.name);
  if (problem !== undefined) {
    const shown = cleanMessage(listed.name, []);
    throw new Error(
      `The account holds an instance "${shown}" that no program can declare: its name ${problem}.`,
    );
  }
  const { id, token, status, numberJid } = observedInstance(listed, { account });
  const instance = account.instance(listed.name, token, []);
  const [blocks, webhooks] = await Promise.all([discoverBlocks(instance), discoverWebhooks(instance)]);
  return {
    name: listed.name,
    known: {
      ...{ token, status: status ?? "", numberJid },
      identity: identityOf({ id, token }, account),
      pendingWithdrawals: {},
    },
    blocks: blocks.filter(({ problem }) => problem === undefined),
    webhooks: webhooks.filter(({ problem }) => problem === undefined),
    leftOut: [
      ...blocks.flatMap(({ block, problem }) =>
        problem === undefined ? [] : [blockLeftOut(listed.name, block, problem)],
      ),
      ...webhooks.flatMap(({ label, problem }) =>
        problem === undefined ? [] : [webhookLeftOut({ instance: listed.name, label }, problem)],
      ),
    ],
  };
}

function blockLeftOut(instance: string, { name }: Block, problem: string): string {
  return `The ${name} of the instance "${instance}" is not imported: ${undeclarable(problem)}`;
}

/** Why an import leaves a further webhook out. */
export function webhookLeftOut(
  { instance, label }: { readonly instance: string; readonly label: string },
  problem: string,
): string {
  return `The webhook "${cleanMessage(label, [])}" of the instance "${instance}" is not imported: ${undeclarable(problem)}`;
}

function undeclarable(problem: string): string {
  return `as RyzeAPI has it no program can declare it (${problem}). It stays as it is until a program declares it.`;
}

async function discoverBlocks(instance: InstanceClient): Promise<DiscoveredBlock[]> {
  const found = await Promise.all(BLOCKS.map((block) => discoverBlock(instance, block)));
  return found.filter((block) => block !== undefined);
}

async function discoverWebhooks(instance: InstanceClient): Promise<DiscoveredWebhook[]> {
  const labels = await furtherLabels(instance);
  const found = await Promise.all(
    labels.map(async (label) => {
      const webhook = await discoverBlock(instance, webhookLabelled(label));
      return webhook && { ...webhook, label };
    }),
  );
  return found.filter((webhook) => webhook !== undefined);
}

/** Undefined for a block that is off, which a program simply does not declare. */
export async function discoverBlock(
  instance: InstanceClient,
  block: Block,
): Promise<DiscoveredBlock | undefined> {
  const observed = await observeBlock(instance, block, {});
  if (observed.enabled === false) return undefined;
  const told = Object.entries(pick(observed, block.fields)).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const declaration = Object.fromEntries(told);
  if (told.length === 0) return undefined;
  const missing = [
    ...block.unreadable,
    ...block.hideable.filter((field) => observed[field] === undefined),
  ].filter((field) => declaration[field] === undefined);
  return { block, declaration, observed, missing, problem: problemOf(block, declaration, missing) };
}

/** What is wrong with a declaration but for the secrets that it lacks. */
function problemOf(block: Block, declaration: Values, missing: readonly string[]): string | undefined {
  const { failures } = checkArguments(instanceSchema, { name: "imported", [block.name]: declaration });
  const lacking = missing.map((field) => propertyPath([block.name, field]));
  const reasons = failures.map(({ reason }) => reason);
  return reasons.find((reason) => !lacking.some((path) => reason.startsWith(`${path} `)));
}
