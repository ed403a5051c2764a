import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { ConfigurationError, resolveAccount, type AccountSettings } from "../config.ts";
import { containsUnknown, defined, isUnknown, type Values } from "../values.ts";
import { checkFailure } from "./failures.ts";
import { propertiesIn, structOf, type Path } from "./properties.ts";

const SECRETS: readonly Path[] = [["token"]];

/** Refuses a token or an endpoint that cannot be used; a missing token is a matter of each resource. */
export function checkConfig(request: messages.CheckRequest): messages.CheckResponse {
  const { values, secrets } = propertiesIn(request.getNews());
  const response = new messages.CheckResponse();
  response.setInputs(structOf(values, [...SECRETS, ...secrets]));
  const problem = containsUnknown(values) ? undefined : problemOf(settingsIn(values));
  if (problem !== undefined)
    response.addFailures(checkFailure({ property: problem.property, reason: problem.message }));
  return response;
}

/** Never a replacement, which would replace every instance of the provider and end its WhatsApp session. */
export function diffConfig(request: messages.DiffRequest): messages.DiffResponse {
  const olds = settingsIn(propertiesIn(request.getOldInputs()).values);
  const news = settingsIn(propertiesIn(request.getNews()).values);
  const changed = (["token", "endpoint"] as const).filter((name) => olds[name] !== news[name]);
  const { DiffChanges } = messages.DiffResponse;
  const response = new messages.DiffResponse();
  response.setChanges(changed.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList(changed);
  return response;
}

export function configurationIn(request: messages.ConfigureRequest): AccountSettings {
  return settingsIn(propertiesIn(request.getArgs()).values);
}

/** A value that is not known yet is none: only the calls of a preview can meet it. */
function settingsIn({ token, endpoint }: Values): AccountSettings {
  return defined({ token: textIn(token), endpoint: textIn(endpoint) });
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

/** The provider's properties are those of the `account` argument. */
function problemOf(settings: AccountSettings): ConfigurationError | undefined {
  try {
    resolveAccount(settings, { token: "not-needed-here" }, {});
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return new ConfigurationError(error.property.replace(/^account\./, ""), error.message);
  }
}
