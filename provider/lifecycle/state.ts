import type { Observation } from "../blocks/block.ts";
import { INSTANCE } from "../definitions/resources.ts";
import { defined, isObject, omit, type Values } from "../values.ts";
import { argumentsIn, type InstanceArguments } from "./arguments.ts";
import { hasToken, identityIn, type Identity } from "./identity.ts";
import { completedBlocks, condensedBlocks } from "./observations.ts";
import { withoutSecretFields } from "./secret-fields.ts";

/** What is known of an instance that exists. Names that are no argument hold what is really there. */
export interface Known {
  /** The instance's own token; undefined where the service never told it. */
  readonly token: string | undefined;
  /** Connection state as the service words it; UNCONFIRMED where a creation was never answered. */
  readonly status: string;
  readonly numberJid: string | undefined;
  readonly identity: Identity;
  /**
   * Blocks that are declared no more and could not be withdrawn yet, with the names of the fields that were declared.
   * The values are not needed for that, and would stand here in clear.
   */
  readonly pendingWithdrawals: Readonly<Record<string, readonly string[]>>;
  /** What each managed block was seen to be, without its secrets. */
  readonly observed: Readonly<Record<string, Observation>>;
}

/** A creation that was sent and never answered; the next operation finds out. */
export const UNCONFIRMED = "unconfirmed";

/** The resource's outputs: the arguments as declared, and what is known beside them. */
export type InstanceState = Values;

export function stateOf(args: InstanceArguments, known: Known): InstanceState {
  const observed = withoutSecretFields(known.observed, args) as Known["observed"];
  const warnings = warningsOf(known, args);
  return defined({
    ...args,
    // A declared token stays, whatever a listing shows: a token that looks changed must never replace an instance.
    token: args.token ?? known.token,
    // The token is an argument and an output; a refresh must know which one it is.
    tokenDeclared: args.token !== undefined ? true : undefined,
    status: known.status,
    numberJid: known.numberJid,
    identity: defined({ ...known.identity, name: renamedTo(args, known) }),
    observed: condensedBlocks(args, observed),
    pendingWithdrawals:
      Object.keys(known.pendingWithdrawals).length > 0 ? known.pendingWithdrawals : undefined,
    warnings: warnings.length > 0 ? warnings : undefined,
  });
}

/** The arguments that a state was made with. */
export function declaredIn(state: InstanceState): InstanceArguments {
  const args = argumentsIn(state, INSTANCE) as InstanceArguments;
  return state["tokenDeclared"] === true ? args : (omit(args, ["token"]) as InstanceArguments);
}

/** The name that every call about an instance goes to, which is its id. */
export function storedNameIn(state: InstanceState): string {
  return identityIn(state).name ?? declaredIn(state).name;
}

/** Undefined where the service has the instance by the name that is declared. */
function renamedTo({ name }: InstanceArguments, { identity }: Known): string | undefined {
  return identity.name === name ? undefined : identity.name;
}

export function knownIn(state: InstanceState): Known {
  const { token, status, numberJid, pendingWithdrawals } = state;
  return {
    token: typeof token === "string" ? token : undefined,
    status: typeof status === "string" ? status : "",
    numberJid: typeof numberJid === "string" ? numberJid : undefined,
    identity: identityIn(state),
    pendingWithdrawals: isObject(pendingWithdrawals)
      ? (pendingWithdrawals as Known["pendingWithdrawals"])
      : {},
    observed: status === UNCONFIRMED ? {} : completedBlocks(declaredIn(state), state["observed"]),
  };
}

function warningsOf(known: Known, args: InstanceArguments): string[] {
  const blocks = Object.entries(known.observed).flatMap(([name, { error }]) =>
    error === undefined
      ? []
      : [`${name} is not as declared: ${error}${punctuated(error)} The next \`pulumi up\` tries it again.`],
  );
  const pending = Object.keys(known.pendingWithdrawals).map(
    (name) =>
      `${name} is declared no more, and taking it back is not finished. The next \`pulumi up\` goes on with it.`,
  );
  return [...nameWarnings(known, args), ...blocks, ...pending, ...tokenWarnings(known, args)];
}

function nameWarnings(known: Known, args: InstanceArguments): string[] {
  const stored = renamedTo(args, known);
  if (stored === undefined) return [];
  return [
    `name: RyzeAPI has this instance as "${stored}", not as "${args.name}", and every call goes to that name. Declare it, ` +
      "which sends nothing: what takes the name from the output `name`, such as a RyzeWebhook, finds the instance then.",
  ];
}

function tokenWarnings(known: Known, args: InstanceArguments): string[] {
  if (known.token === undefined && args.token === undefined && known.status !== UNCONFIRMED)
    return [LOST_TOKEN];
  const isOther =
    args.token !== undefined && known.identity.token !== undefined && !hasToken(known.identity, args.token);
  return isOther ? [OTHER_TOKEN] : [];
}

const LOST_TOKEN =
  "token: the service told the instance's token neither at creation nor in the listing; " +
  "everything works with the account's token, and the output `token` is empty. `pulumi refresh` asks for it once more.";

const OTHER_TOKEN =
  "token: this instance has another token than the declared one, and RyzeAPI cannot change it. Everything works with " +
  "the account's token meanwhile. Declare the token that the instance has, or none: neither sends anything, and the " +
  "WhatsApp session stays.";

function punctuated(text: string): string {
  return /[.!?]$/.test(text) ? "" : ".";
}
