import messages from "@pulumi/pulumi/proto/provider_pb.js";
import {
  adoptsUnpaired,
  checksDrift,
  CONFIGURATION_NAMES,
  limitShareIn,
  protectsPaired,
  resolveAccount,
  type Configuration,
} from "../../lifecycle/configuration.ts";
import { ConfigurationError } from "../../ryzeapi/account.ts";
import { containsUnknown, defined, isObject, isUnknown, type Values } from "../../values.ts";
import { checkFailure } from "./failures.ts";
import { propertiesIn, structOf, type Path } from "./properties.ts";

const SECRETS: readonly Path[] = [["token"]];

/** How the engine calls the provider of a package that no program has made one for. */
const DEFAULT_PROVIDER = /^default(_|$)/;

/** Refuses a token or an endpoint that cannot be used; a missing token is a matter of each resource. */
export function checkConfig(request: messages.CheckRequest): messages.CheckResponse {
  const { values, secrets } = propertiesIn(request.getNews());
  const response = new messages.CheckResponse();
  response.setInputs(structOf(values, [...SECRETS, ...secrets]));
  const problem = containsUnknown(values) ? undefined : problemOf(settingsIn(values));
  if (problem !== undefined) response.addFailures(checkFailure({ reason: problem }));
  return response;
}

/** Never a replacement, which would replace every instance of the provider and end its WhatsApp session. */
export function diffConfig(request: messages.DiffRequest): messages.DiffResponse {
  const olds = settingsIn(propertiesIn(request.getOldInputs()).values);
  const news = settingsIn(propertiesIn(request.getNews()).values);
  const changed = CONFIGURATION_NAMES.filter((name) => olds[name] !== news[name]);
  const { DiffChanges } = messages.DiffResponse;
  const response = new messages.DiffResponse();
  response.setChanges(changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList(changed);
  return response;
}

/**
 * What the provider is configured with. `refresh` and `destroy` hand over what stands in the state; the engine puts the
 * stack's present configuration into the environment besides, and for the default provider that is what counts.
 */
export function configurationIn(
  request: messages.ConfigureRequest,
  environment: NodeJS.ProcessEnv,
): [Configuration, ...Configuration[]] {
  const given = settingsIn(propertiesIn(request.getArgs()).values);
  const present = presentConfiguration(environment["PULUMI_CONFIG"]);
  if (present === undefined) return [given];
  return DEFAULT_PROVIDER.test(request.getName() ?? "") ? [present, given] : [given, present];
}

function presentConfiguration(json: string | undefined): Configuration | undefined {
  try {
    const values: unknown = JSON.parse(json ?? "");
    return isObject(values) ? settingsIn(values) : undefined;
  } catch {
    return undefined;
  }
}

/** A value that is not known yet is none: only the calls of a preview can meet it. */
function settingsIn({
  token,
  endpoint,
  protectPaired,
  limitShare,
  adopt,
  driftCheck,
}: Values): Configuration {
  return defined({
    token: textIn(token),
    endpoint: textIn(endpoint),
    protectPaired: isUnknown(protectPaired) ? undefined : (protectPaired ?? undefined),
    limitShare: isUnknown(limitShare) ? undefined : (limitShare ?? undefined),
    adopt: textIn(adopt),
    driftCheck: textIn(driftCheck),
  });
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

/** The provider's properties are those of the `account` argument. */
function problemOf(settings: Configuration): string | undefined {
  try {
    resolveAccount(
      defined({ token: settings.token, endpoint: settings.endpoint }),
      { token: "not-needed-here" },
      {},
    );
    protectsPaired(undefined, settings);
    limitShareIn(undefined, settings);
    adoptsUnpaired(settings);
    checksDrift(settings);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.replace(/^account\./, "");
  }
}
