import { isObject } from "../../../provider/values.ts";
import type { Evidence } from "../evidence.ts";
import { isDisguised, isRefused, valueAt, wordsOf, type Exchange } from "../../wire/exchange.ts";
import { DISGUISED, neither, notObservable, reading, type Finding } from "../finding.ts";
import type { Question } from "./question.ts";

export const CHATWOOT_QUESTIONS: readonly Question[] = [
  {
    key: "bridge",
    asks: "Is the service's Chatwoot module on?",
    values: ["configured", "missing"],
    needs: "read",
    answer: (evidence) => {
      const { bridgeOfNone } = evidence.readOnly;
      if (bridgeOfNone === undefined) return undefined;
      if (bridgeOfNone.status === 503) return reading("missing");
      if (bridgeOfNone.status === 404) return reading("configured");
      if (!isDisguised(bridgeOfNone)) return neither(bridgeOfNone);
      // Without the module the answer is the same whether there is such an instance or not.
      const ofExisting = evidence.chatwoot.bareAfterCreation ?? evidence.readOnly.existing?.chatwoot;
      if (ofExisting === undefined) return notObservable("there is no instance to compare with; add --write");
      return reading(wordsOf(ofExisting) === wordsOf(bridgeOfNone) ? "missing" : "configured");
    },
  },
  {
    key: "chatwootGeneration",
    asks: "Of which generation is the Chatwoot module: does its list show the token and the options?",
    values: ["newer", "older"],
    needs: "chatwoot",
    answer: (evidence) => {
      const { bridgeOfNone } = evidence.readOnly;
      // The older one says how to configure what is missing.
      if (bridgeOfNone && isBridgeMissing(evidence)) {
        return reading(wordsOf(bridgeOfNone)?.includes("BRIDGE_URL") === true ? "older" : "newer");
      }
      return ofIntegration(evidence, ({ body }) =>
        reading(isObject(body) && body["sign_messages"] !== undefined ? "newer" : "older"),
      );
    },
  },
  {
    key: "chatwootErrors",
    asks: "Are errors of the Chatwoot routes as everywhere, or {error: text}?",
    values: ["envelope", "flat"],
    needs: "read",
    answer: ({ readOnly: { bridgeOfNone } }) => {
      if (bridgeOfNone === undefined) return undefined;
      if (isDisguised(bridgeOfNone)) return notObservable(DISGUISED);
      const error = valueAt(bridgeOfNone, "error");
      if (typeof error === "string") return reading("flat");
      return isObject(error) && typeof error["message"] === "string"
        ? reading("envelope")
        : neither(bridgeOfNone);
    },
  },
  {
    key: "chatwootUnreachable",
    asks: "With which status is a Chatwoot refused whose host cannot be reached?",
    values: [400, 502],
    needs: "chatwoot",
    answer: withBridge(({ chatwoot: { unreachable } }) => {
      if (unreachable === undefined) return undefined;
      if (isDisguised(unreachable)) return notObservable(DISGUISED);
      if (!isRefused(unreachable)) return notObservable("what Chatwoot refuses is recorded, and not refused");
      const { status } = unreachable;
      return status === 400 || status === 502 ? reading(status) : neither(unreachable);
    }),
  },
  {
    key: "failedChatwoot",
    asks: "Does an integration that failed at creation stay, with status error?",
    values: ["absent", "recorded"],
    needs: "chatwoot",
    answer: withBridge(({ chatwoot: { bareAfterCreation: integration } }) => {
      if (integration === undefined) return undefined;
      if (isRefused(integration)) return reading("absent");
      return valueAt(integration, "status") === "error" ? reading("recorded") : neither(integration);
    }),
  },
  {
    key: "failedSet",
    asks: "Is a set that Chatwoot refuses an error, or an integration with status error?",
    values: ["refused", "recorded"],
    needs: "chatwoot",
    answer: withBridge(({ chatwoot: { wrongToken } }) => {
      if (wrongToken === undefined) return undefined;
      if (isRefused(wrongToken)) return reading("refused");
      return valueAt(wrongToken, "status") === "error" ? reading("recorded") : neither(wrongToken);
    }),
  },
  {
    key: "secondSet",
    asks: "Does a second set find its inbox by the name, or make another one?",
    values: ["same-inbox", "new-inbox"],
    needs: "chatwoot",
    answer: withBridge(({ chatwoot: { mainInboxes } }) => {
      if (mainInboxes === undefined) return undefined;
      if (mainInboxes.before === 0) return notObservable("there is no inbox of the integration in Chatwoot");
      return reading(mainInboxes.after > mainInboxes.before ? "new-inbox" : "same-inbox");
    }),
  },
  {
    key: "inboxKnown",
    asks: "Are the id and the name of the inbox told at once, or after the first synchronisation?",
    values: ["at-once", "after-sync"],
    needs: "chatwoot",
    answer: ownIntegration((integration) => {
      const id = valueAt(integration, "chatwoot_inbox_id");
      if (id === null || id === undefined || id === 0) return reading("after-sync");
      return typeof id === "number" ? reading("at-once") : neither(integration);
    }),
  },
  {
    key: "accountIdType",
    asks: "Of which type is chatwoot_account_id?",
    values: ["number", "string"],
    needs: "chatwoot",
    answer: (evidence) =>
      ofIntegration(evidence, (integration) => {
        const type = typeof valueAt(integration, "chatwoot_account_id");
        return type === "number" || type === "string" ? reading(type) : neither(integration);
      }),
  },
  {
    key: "healthyError",
    asks: "What is last_error of an integration without one: an empty string, or null?",
    values: ["empty-string", "null"],
    needs: "chatwoot",
    answer: ownIntegration((integration) => {
      const error = valueAt(integration, "last_error");
      if (error === null) return reading("null");
      return error === "" ? reading("empty-string") : neither(integration);
    }),
  },
  {
    key: "repairedError",
    asks: "Is last_error cleared or kept where an integration works that had failed?",
    values: ["cleared", "kept"],
    needs: "chatwoot",
    answer: withBridge(({ chatwoot: { bareAfterWrongToken, repaired, bareRepaired } }) => {
      if (!bareAfterWrongToken || !repaired || !bareRepaired) return undefined;
      if (isRefused(bareAfterWrongToken)) return notObservable("an integration that failed leaves no trace");
      if (isRefused(bareRepaired)) return neither(repaired, bareRepaired);
      const error = valueAt(bareRepaired, "last_error");
      return reading(error === undefined || error === null || error === "" ? "cleared" : "kept");
    }),
  },
];

const NO_BRIDGE = notObservable("the service's Chatwoot module is off");
const NO_INTEGRATION = notObservable("the integration could not be set");

function isBridgeMissing(evidence: Evidence): boolean {
  const finding = CHATWOOT_QUESTIONS.find(({ key }) => key === "bridge")?.answer(evidence);
  return finding?.kind === "reading" && finding.value === "missing";
}

function withBridge(
  answer: (evidence: Evidence) => Finding | undefined,
): (evidence: Evidence) => Finding | undefined {
  return (evidence) => (isBridgeMissing(evidence) ? NO_BRIDGE : answer(evidence));
}

/** Told of the probe's own integration, which works. */
function ownIntegration(
  answer: (integration: Exchange) => Finding,
): (evidence: Evidence) => Finding | undefined {
  return withBridge(({ chatwoot: { main } }) => {
    if (main === undefined) return undefined;
    return isRefused(main) || valueAt(main, "status") === "error" ? NO_INTEGRATION : answer(main);
  });
}

/** Told of any integration that is there, whether it works or not. */
function ofIntegration(evidence: Evidence, answer: (integration: Exchange) => Finding): Finding | undefined {
  if (isBridgeMissing(evidence)) return NO_BRIDGE;
  const { main } = evidence.chatwoot;
  const found = [main, evidence.readOnly.existing?.chatwoot].find((each) => each && !isRefused(each));
  if (found !== undefined) return answer(found);
  return main === undefined ? undefined : NO_INTEGRATION;
}
