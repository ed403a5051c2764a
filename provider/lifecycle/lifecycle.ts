import { ConfigurationError } from "../ryzeapi/account.ts";
import type { AccountClient } from "../ryzeapi/client.ts";
import { Service } from "../ryzeapi/service.ts";
import { containsUnknown, type Values } from "../values.ts";
import type { CheckResult } from "./arguments.ts";
import {
  adoptsUnpaired,
  checksDrift,
  protectsPaired,
  resolveAccounts,
  type AccountSettings,
  type Configuration,
} from "./configuration.ts";
import type { Origin, Run } from "./run.ts";

/** What a lifecycle needs from whatever hosts it. */
export interface Host {
  readonly service: Service;
  /**
   * The stack's configuration; where Pulumi may have handed over an older one out of the state, the present one first.
   */
  readonly configured: () => readonly [Configuration, ...Configuration[]];
  readonly environment: NodeJS.ProcessEnv;
  /** Whether it can have the engine read a resource before every preview and update. */
  readonly canCheckDrift: boolean;
  /** Tells people something that no result can carry. */
  readonly notice: (line: string) => void;
  /** Like `notice`, for what they must not overlook. */
  readonly warn: (line: string) => void;
}

/** A host that runs in this process; `cancelled` ends what waits when the engine cancels the deployment. */
export function hostWith({
  caller,
  cancelled,
  ...own
}: Pick<Host, "configured" | "canCheckDrift" | "notice" | "warn"> & {
  readonly caller: string;
  readonly cancelled: AbortSignal;
}): Host {
  const service = new Service({ caller, notice: own.notice, cancelled });
  return { ...own, service, environment: process.env };
}

export interface DiffResult {
  /** Undefined where the arguments differ: comparing old and new ones shows how. */
  readonly changes: boolean | undefined;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface ReadResult<Arguments> {
  readonly state: Values;
  /** The arguments, with the live values of what they manage. */
  readonly inputs: Arguments;
}

/**
 * The lifecycle of one kind of resource: plain values in, plain values out, whatever hosts it. A state holds the
 * arguments as declared and, under other names, what is really there.
 */
export interface Lifecycle<Arguments extends Values> {
  /** The id of a resource with this state. */
  idOf(state: Values): string;
  /**
   * Validates and normalises; accepts unknown values anywhere and sends nothing. What is declared twice in a run is
   * refused where both are known.
   */
  check(declared: Values, origin?: Origin): CheckResult<Arguments>;
  /** Compares what was declared, what is declared and what was observed; sends nothing. */
  diff(olds: Values, news: Arguments): DiffResult;
  create(args: Arguments): Promise<Values>;
  /** Undefined where the service says that there is no such thing. */
  read(id: string, olds: Values): Promise<ReadResult<Arguments> | undefined>;
  /** `read` for what no program has declared yet: arguments that declare all of it that can be declared. */
  import(id: string): Promise<ReadResult<Arguments> | undefined>;
  update(id: string, olds: Values, news: Arguments): Promise<Values>;
  /** What is gone already is a success. */
  delete(id: string, olds: Values): Promise<void>;

  /** The arguments that a state was made with. */
  declaredIn(state: Values): Arguments;
  /** Whether two values of an argument, named by its path, mean the same to the service. */
  sameValue(path: readonly string[], left: unknown, right: unknown): boolean;
}

/** The resource exists and its state is true, but something of it failed. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly state: Values;
  readonly reasons: readonly string[];

  constructor(
    id: string,
    state: Values,
    reasons: readonly string[],
    message = `the instance "${id}" is not as declared: ${reasons.join(" ")}`,
  ) {
    super(message);
    this.id = id;
    this.state = state;
    this.reasons = reasons;
  }
}

/** RyzeAPI for the account that a resource names, or else the stack's configuration. */
export function accountOf(host: Host, declared: AccountSettings | undefined): AccountClient {
  const [account] = accountsOf(host, declared);
  return account;
}

/** That account, and those that it may be where RyzeAPI refuses its token. */
export function accountsOf(
  host: Host,
  declared: AccountSettings | undefined,
): [AccountClient, ...AccountClient[]] {
  const [account, ...others] = resolveAccounts(declared, host.configured(), host.environment);
  return [host.service.account(account), ...others.map((other) => host.service.account(other))];
}

/** A missing token, a wrong endpoint or a wrong proxy is a failure of `check`, so that a preview shows it. */
export function checkAccount<Arguments extends Values & { readonly account?: AccountSettings }>(
  host: Host,
  result: CheckResult<Arguments>,
): CheckResult<Arguments> {
  if (result.inputs === undefined || containsUnknown(result.inputs.account)) return result;
  try {
    accountOf(host, result.inputs.account);
    const [configured] = host.configured();
    protectsPaired(result.inputs.account, configured);
    adoptsUnpaired(configured);
    if (checksDrift(configured) && !host.canCheckDrift) throw new ConfigurationError(CANNOT_CHECK_DRIFT);
    return result;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { failures: [{ reason: error.message }] };
  }
}

const CANNOT_CHECK_DRIFT =
  "`ryzeapi:driftCheck: always` cannot be kept by this resource: Pulumi's dynamic providers have no word for it. Run " +
  "`pulumi up --refresh`, which finds and repairs drift as well, and take the setting out " +
  "(`pulumi config rm ryzeapi:driftCheck`); or change over to the native plugin";

/** Refuses what another resource of the program declares as well: both would change it, and each would delete it. */
export function declaredOnce<Arguments>(
  run: Run,
  { resource }: Origin,
  account: AccountClient,
  checked: CheckResult<Arguments>,
  { id, argument, thing }: { readonly id: string; readonly argument: string; readonly thing: string },
): CheckResult<Arguments> {
  if (resource === undefined || run.declare(resource, id, account)) return checked;
  const reason =
    `${argument} names ${thing}, which another resource of this program declares as well: they would change it in turn, and ` +
    "each would delete it for both. Take one of them out";
  return { failures: [{ reason }] };
}
