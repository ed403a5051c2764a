import { BLOCKS } from "../blocks/index.ts";
import { INSTANCE } from "../definitions/resources.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import { asError, leavesOpen, RyzeApiError } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import { defined, isObject, pick, type Values } from "../values.ts";
import type { InstanceArguments } from "./arguments.ts";
import { observedInstance, type ObservedInstance } from "./observed-instance.ts";
import { wasNeverPaired } from "./pairing.ts";
import { isOff } from "./reconcile/compare.ts";
import { secretsIn } from "./secret-fields.ts";

/** RyzeAPI refused the creation for what the account holds already; nothing was created. */
export class CreationRefusedError extends Error {
  override readonly name = "CreationRefusedError";
}

/** The creation was sent, and nothing that was asked since says whether it was carried out. */
export class UnclearCreationError extends Error {
  override readonly name = "UnclearCreationError";
}

const ATTEMPTS = 3;
/** What a creation is sent of the instance itself. */
const OWN_FIELDS: readonly string[] = ["name", "token"];
const PAUSE_MS = 1_000;

/** An instance that was created just now. */
export interface Creation {
  readonly shown: ObservedInstance;
  /** Whether its blocks may have been created with it; otherwise none was sent. */
  readonly hasBlocks: boolean;
}

/** The body of `POST /api/instance/new`: the name and every enabled block, nothing else. */
export function createBody(args: InstanceArguments): Values {
  const blocks = BLOCKS.map((block) => {
    const declared = args[block.name];
    return isObject(declared) && !isOff(declared) ? block.createFields(declared) : {};
  });
  return defined(Object.assign({}, ...blocks, pick(args, OWN_FIELDS)) as Values);
}

function isBare(body: Values): boolean {
  return Object.keys(body).every((field) => OWN_FIELDS.includes(field));
}

/**
 * Creates the instance, which was seen to be absent. There is no idempotency key, so an answer that leaves open
 * whether it was created is followed by a look at the name: an instance that is there now is ours. One that is not there
 * yet may still come, so from then on nothing proves that it was not created. What may have been refused for one of the
 * blocks is sent without any: their own endpoints tell which one it was, and the instance is there.
 */
export async function createOnce(account: AccountClient, args: InstanceArguments): Promise<Creation> {
  await requireFreeToken(account, args);
  const secrets = secretsIn(args, INSTANCE);
  let body = createBody(args);
  let mayExist = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const shown = observedInstance(await account.create(body, secrets), { account, secrets });
      return { shown, hasBlocks: !isBare(body) };
    } catch (error) {
      mayExist ||= leavesOpen(error);
      if (mayExist) {
        const found = await lookUp(account, args, error);
        if (found !== undefined && !isOurs(found, args)) throw nameTaken(args.name, asError(error));
        if (found !== undefined)
          return { shown: observedInstance(found, { account, secrets }), hasBlocks: true };
        if (!leavesOpen(error) || attempt >= ATTEMPTS) throw stillOpen(args, error);
        await pauseBetween(account, args, error);
      } else {
        const refused = await refusalOf(error, account, args);
        if (refused !== undefined || isBare(body) || !mayConcernBlock(error)) throw refused ?? error;
      }
      if (mayConcernBlock(error)) body = pick(body, OWN_FIELDS);
    }
  }
}

/**
 * No page says that a token is unique beyond its account. One that an instance of another account has already would
 * reach that instance, and change it in place of the new one.
 */
async function requireFreeToken(account: AccountClient, args: InstanceArguments): Promise<void> {
  const secrets = secretsIn(args, INSTANCE);
  if (!(await account.instance(args.name, args.token, secrets).isTokenInUse())) return;
  const listed = await account.listing.lookUpSpelling(args.name, secrets);
  throw listed === undefined ? tokenTaken(args.name) : nameTaken(args.name);
}

/** Whether RyzeAPI itself refused what was sent, which no page says of a block, and may be true of one all the same. */
function mayConcernBlock(error: unknown): boolean {
  return error instanceof RyzeApiError && error.fromService && (error.status === 400 || leavesOpen(error));
}

/** A deployment that is cancelled in between must not forget what may exist. */
async function pauseBetween(account: AccountClient, args: InstanceArguments, cause: Error): Promise<void> {
  try {
    await account.pause(PAUSE_MS);
  } catch (cancelled) {
    throw stillOpen(args, cause, asError(cancelled).message);
  }
}

const GOES_ON = "The next `pulumi up` finds out and goes on from there.";

function stillOpen(args: InstanceArguments, cause: unknown, next = GOES_ON): UnclearCreationError {
  return new UnclearCreationError(
    `It is not known whether the instance "${args.name}" was created: ${asError(cause).message} RyzeAPI does not list it yet, ` +
      `but may still carry out what it was sent. ${next}`,
    { cause },
  );
}

/**
 * Whether an instance that was absent before its creation was sent can be taken for the created one: by the token that
 * was sent with it, or because nobody has paired a phone with it yet.
 */
export function isOurs(listed: ListedInstance, { token }: InstanceArguments): boolean {
  return token !== undefined && listed.token === token ? true : wasNeverPaired(observedInstance(listed));
}

async function lookUp(
  account: AccountClient,
  args: InstanceArguments,
  cause: unknown,
): Promise<ListedInstance | undefined> {
  try {
    return await account.listing.lookUpSpelling(args.name, secretsIn(args, INSTANCE));
  } catch (error) {
    throw new UnclearCreationError(
      `It is not known whether the instance "${args.name}" was created: ${asError(cause).message} The listing did not tell ` +
        `either: ${asError(error).message} ${GOES_ON}`,
      { cause },
    );
  }
}

/** A message about the instance's token, and none about one of those that its blocks have. */
const OWN_TOKEN = /^(?!.*(?:chatwoot|\bs3\b|security|api[\s_-]?token|token d[ae] (?:la )?api)).*\btoken\b/is;

/** What the account holds that stands in the way, if it is that. */
async function refusalOf(
  error: unknown,
  account: AccountClient,
  args: InstanceArguments,
): Promise<Error | undefined> {
  if (!(error instanceof RyzeApiError)) return undefined;
  if (error.status === 403 && error.says(/quota|\bcota\b|\bcuota\b/i)) {
    return new CreationRefusedError(
      `The instance "${args.name}" was not created: the account's quota is used up (${error.reason}). ` +
        "Delete an instance that is not needed any more, or have the quota raised, and run `pulumi up` again.",
      { cause: error },
    );
  }
  const isConflict = error.status === 409;
  if (!isConflict && error.status !== 400) return undefined;
  if (isConflict && args.token === undefined) return nameTaken(args.name, error);
  // Whether it is the name that is taken, or the token, shows in the listing; the words may be of any language.
  try {
    const listed = await account.listing.lookUpSpelling(args.name, secretsIn(args, INSTANCE));
    if (listed !== undefined) return nameTaken(args.name, error);
  } catch {
    return undefined; // the refusal itself says more
  }
  if (args.token === undefined || !(isConflict || error.says(OWN_TOKEN))) return undefined;
  return tokenTaken(args.name, error);
}

/** Why an existing instance is not touched, and every way out. */
export function nameTaken(name: string, cause?: Error): CreationRefusedError {
  return new CreationRefusedError(
    `An instance named "${name}" exists already in this account, and it is left as it is. If another resource of this ` +
      "stack has it, take one of the two out. If it was this program's under another resource name, give this resource that " +
      "one in the option `aliases`. If Pulumi was told to replace it (`--replace`, `pulumi state taint`), set the option `deleteBeforeReplace: true`, which ends its WhatsApp session. " +
      "Otherwise set `adopt: true` to manage it with this resource: it is then brought to what is declared. That is also " +
      "the way on where an earlier `pulumi up` was interrupted while it created the instance; the stack's configuration " +
      "`ryzeapi:adopt: unpaired` goes it by itself. Or choose another `name`, or delete the existing instance.",
    { cause },
  );
}

function tokenTaken(name: string, cause?: RyzeApiError): Error {
  return new Error(
    `The instance "${name}" was not created: its \`token\` is used by another instance, of this account or another one ` +
      `(${cause?.reason ?? "RyzeAPI accepts it"}). Declare another token, or leave it out to have one generated.`,
    { cause },
  );
}
