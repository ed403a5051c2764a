import { DEFAULT_ENDPOINT } from "../../provider/lifecycle/configuration.ts";
import { ConfigurationError, type Account } from "../../provider/ryzeapi/account.ts";
import { asError } from "../../provider/ryzeapi/errors.ts";
import { InstanceTokenError } from "../../provider/ryzeapi/listing.ts";
import { CERTIFICATE_REFUSED, rootCause } from "../../provider/ryzeapi/network-failure.ts";
import { Service } from "../../provider/ryzeapi/service.ts";
import { notice } from "../progress.ts";
import { clockDifference, isDisguised, isRyzeApi, limitTold, type Exchange } from "../wire/exchange.ts";
import { Wire } from "../wire/wire.ts";
import type { Check, Finding } from "./finding.ts";

const TIMEOUT_MS = 30_000;
/** A name that nobody gives an instance. */
const NOBODY = "ryze-doctor-nobody";
/** From here on waits for a limit are visibly too long or too short. */
const CLOCK_MAY_DIFFER_MS = 30_000;

/** Three requests, all of them reads. */
export async function serviceFindings(chosen: Account | Error): Promise<Finding[]> {
  if (chosen instanceof Error) {
    return [
      ...open("there is no account to ask for", "endpoint", "certificate", "clock"),
      { check: "token", result: "problem", found: chosen.message },
      ...open("there is no token", "limits", "bridge"),
    ];
  }
  const wire = new Wire(chosen, "doctor");
  try {
    return await askedThrough(wire, chosen);
  } finally {
    await wire.close();
  }
}

async function askedThrough(wire: Wire, account: Account): Promise<Finding[]> {
  const sentAt = Date.now();
  const health = await asked(wire, { call: "GET /health", token: { kind: "none" } });
  if (health instanceof Error) {
    const others = open("there is no connection", "clock", "token", "limits", "bridge");
    return [...unreachable(account, health), ...others];
  }
  const token = await tokenFinding(account);
  const bridge = token.result === "ok" ? await asked(wire, CHATWOOT_OF_NOBODY) : undefined;
  return [
    endpointFinding(account, health),
    certificateFinding(account),
    clockFinding(clockDifference(health, (sentAt + Date.now()) / 2)),
    token,
    ...(bridge === undefined || bridge instanceof Error
      ? open("RyzeAPI does not take the token", "limits", "bridge")
      : [limitsFinding(bridge), bridgeFinding(bridge)]),
  ];
}

const CHATWOOT_OF_NOBODY = { call: "GET /api/chatwoot/list/:instance", instance: NOBODY };

async function asked(wire: Wire, call: Parameters<Wire["send"]>[0]): Promise<Exchange | Error> {
  return await wire.send(call, TIMEOUT_MS).catch(asError);
}

function open(reason: string, ...checks: readonly Check[]): Finding[] {
  return checks.map((check) => ({ check, result: "open", found: `not asked: ${reason}` }));
}

function unreachable({ endpoint }: Account, error: Error): Finding[] {
  if (error instanceof ConfigurationError) return noAnswer(error.message);
  const { name, code: reason = name } = rootCause(error);
  if (!CERTIFICATE_REFUSED.test(reason))
    return noAnswer(`${endpoint} does not answer (${reason})`, CHECK_NETWORK);
  return [
    { check: "endpoint", result: "ok", found: `${endpoint} is reached` },
    { check: "certificate", result: "problem", found: `not accepted (${reason})`, todo: NAME_AUTHORITY },
  ];
}

const CHECK_NETWORK =
  "Check the network, RYZEAPI_ENDPOINT or ryzeapi:endpoint, and HTTPS_PROXY where the network has a proxy";
const NAME_AUTHORITY =
  "Where a proxy looks into TLS, name the file of its certificate authority in NODE_EXTRA_CA_CERTS. Else check the " +
  "address, and this machine's clock";

function noAnswer(found: string, todo?: string): Finding[] {
  return [
    { check: "endpoint", result: "problem", found, ...(todo !== undefined && { todo }) },
    ...open("there is no connection", "certificate"),
  ];
}

function endpointFinding({ endpoint }: Account, health: Exchange): Finding {
  const check = "endpoint";
  if (isRyzeApi(health)) return { check, result: "ok", found: `${endpoint} is RyzeAPI` };
  return {
    ...{
      check,
      result: "note",
      found: `${endpoint} answers (${health.status}), but does not say that it is RyzeAPI`,
    },
    todo: `Check RYZEAPI_ENDPOINT or ryzeapi:endpoint; RyzeAPI's own is ${DEFAULT_ENDPOINT}`,
  };
}

function certificateFinding({ endpoint }: Account): Finding {
  const isPlain = endpoint.startsWith("http:");
  return {
    check: "certificate",
    result: "ok",
    found: isPlain ? "none: plain http, on this machine" : "accepted",
  };
}

function clockFinding(difference: number | undefined): Finding {
  const check = "clock";
  if (difference === undefined) return { check, result: "open", found: "RyzeAPI tells no time" };
  const seconds = Math.round(Math.abs(difference) / 1_000);
  const found =
    seconds === 0 ? "as RyzeAPI's" : `${seconds} s ${difference > 0 ? "behind" : "ahead of"} RyzeAPI's`;
  return Math.abs(difference) > CLOCK_MAY_DIFFER_MS
    ? {
        check,
        result: "problem",
        found,
        todo: "Set this machine's clock; waits for RyzeAPI's limits depend on it",
      }
    : { check, result: "ok", found };
}

/** By the provider's own reading of what RyzeAPI answers. */
async function tokenFinding(account: Account): Promise<Finding> {
  const check = "token";
  try {
    await new Service({ caller: "doctor", notice }).account(account).listing.lookUp(NOBODY, []);
    return { check, result: "ok", found: "the account's" };
  } catch (error) {
    const found =
      error instanceof InstanceTokenError ? "the own token of one instance" : asError(error).message;
    const todo =
      "Set the account's token (TokenAccount): `pulumi config set --secret ryzeapi:token`, or RYZEAPI_TOKEN";
    return { check, result: "problem", found, ...(error instanceof InstanceTokenError && { todo }) };
  }
}

function limitsFinding(answer: Exchange): Finding {
  const check = "limits";
  const told = limitTold(answer);
  if (told === undefined) return { check, result: "open", found: "RyzeAPI tells none" };
  const found = `${told.remaining} of ${told.limit} calls are left in this minute`;
  return told.remaining > 0
    ? { check, result: "ok", found }
    : {
        check,
        result: "note",
        found,
        todo: "Others use this token too. Runs wait for the next minute by themselves",
      };
}

function bridgeFinding(answer: Exchange): Finding {
  const check = "bridge";
  if (isDisguised(answer)) return { check, result: "open", found: "RyzeAPI's answer does not tell" };
  switch (answer.status) {
    case 404:
      return { check, result: "ok", found: "Chatwoot can be used here" };
    case 503:
      return {
        ...{ check, result: "note", found: "this RyzeAPI has no bridge to Chatwoot" },
        todo: "Leave the block `chatwoot` out, or ask who runs this RyzeAPI to configure the bridge",
      };
    default:
      return { check, result: "open", found: `RyzeAPI's answer does not tell (${answer.status})` };
  }
}
