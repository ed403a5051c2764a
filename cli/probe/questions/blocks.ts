import { isDisguised, isRefused, recordAt, valueAt, type Exchange } from "../../wire/exchange.ts";
import { DISGUISED, neither, notObservable, reading, type Finding } from "../finding.ts";
import { HIDINGS, hidingOf, type Question } from "./question.ts";

export const BLOCK_QUESTIONS: readonly Question[] = [
  {
    key: "neverSet",
    asks: "What is a block that was never set, at its own endpoint: off or the defaults, or null?",
    values: ["documented", "null"],
    needs: "write",
    answer({ write: { bareProxy, bareS3, bareSettings } }) {
      if (!bareProxy || !bareS3 || !bareSettings) return undefined;
      const told = [valueAt(bareProxy, "proxy"), valueAt(bareS3, "s3"), valueAt(bareSettings, "settings")];
      if (told.every((block) => block === null)) return reading("null");
      const isDocumented = told.every((block) => typeof block === "object" && block !== null);
      return isDocumented ? reading("documented") : neither(bareProxy, bareS3, bareSettings);
    },
  },
  {
    key: "absentWebsocket",
    asks: "How is a websocket answered that was never set: 404, or websocket is null?",
    values: [404, "null"],
    needs: "write",
    answer({ write: { absentWebsocket } }) {
      if (absentWebsocket === undefined) return undefined;
      if (absentWebsocket.status === 404 || isDisguised(absentWebsocket)) return reading(404);
      return valueAt(absentWebsocket, "websocket") === null ? reading("null") : neither(absentWebsocket);
    },
  },
  {
    key: "urls",
    asks: "Are URLs kept as sent, or with the host in lower case and the last slash taken off or put on?",
    values: ["as-sent", "bare", "with-slash"],
    needs: "write",
    answer({ own, write: { webhook } }) {
      if (webhook === undefined) return undefined;
      const bare = own.webhookUrl.toLowerCase();
      switch (valueAt(webhook, "webhook", "url")) {
        case own.webhookUrl:
          return reading("as-sent");
        case bare:
          return reading("bare");
        case `${bare}/`:
          return reading("with-slash");
        default:
          return neither(webhook);
      }
    },
  },
  {
    key: "partialBlocks",
    asks: "Is a field that a change of the proxy leaves out emptied, or kept?",
    values: ["replaced", "merged"],
    needs: "write",
    answer({ write: { proxyAfterPart } }) {
      if (proxyAfterPart === undefined) return undefined;
      const username = valueAt(proxyAfterPart, "proxy", "username");
      if (username === "probe") return reading("merged");
      return valueAt(proxyAfterPart, "proxy", "enabled") === true && isEmpty(username)
        ? reading("replaced")
        : neither(proxyAfterPart);
    },
  },
  {
    key: "proxyPostBody",
    asks: "Does the answer to a change of the proxy carry proxy?",
    values: ["full", "empty"],
    needs: "write",
    answer({ write: { proxySet } }) {
      if (proxySet === undefined) return undefined;
      if (isRefused(proxySet)) return neither(proxySet);
      if (valueAt(proxySet, "proxy") === undefined) return reading("empty");
      return recordAt(proxySet, "proxy") === undefined ? neither(proxySet) : reading("full");
    },
  },
  {
    key: "validateProxy",
    asks: "Are port and protocol of a proxy validated?",
    values: ["off", "on"],
    needs: "write",
    answer({ write: { wrongProxy } }) {
      if (wrongProxy === undefined) return undefined;
      return wrongProxy.status >= 500 ? neither(wrongProxy) : reading(isRefused(wrongProxy) ? "on" : "off");
    },
  },
  {
    key: "disabledProxy",
    asks: "What are the other fields of a proxy that is off: null, or empty strings?",
    values: ["nulls", "empty-strings"],
    needs: "write",
    answer: ({ write: { proxyWhenOff } }) =>
      proxyWhenOff && emptinessOf(proxyWhenOff, valueAt(proxyWhenOff, "proxy", "host")),
  },
  {
    key: "disabledS3",
    asks: "What are the other fields of an S3 storage that is off: null, or empty strings?",
    values: ["nulls", "empty-strings"],
    needs: "write",
    answer: ({ write: { s3WhenOff } }) =>
      s3WhenOff && emptinessOf(s3WhenOff, valueAt(s3WhenOff, "s3", "region")),
  },
  {
    key: "awsEndpoint",
    asks: "What is the endpoint of an S3 storage on AWS: an empty string, or null?",
    values: ["empty-string", "null"],
    needs: "write",
    answer({ write: { s3 } }) {
      if (s3 === undefined) return undefined;
      if (valueAt(s3, "s3", "enabled") !== true) return notObservable("the S3 storage could not be set");
      const endpoint = valueAt(s3, "s3", "endpoint");
      if (endpoint === null) return reading("null");
      return endpoint === "" ? reading("empty-string") : neither(s3);
    },
  },
  {
    key: "eventsStored",
    asks: "Is an empty list of events kept, or replaced by all six types?",
    values: ["as-sent", "expanded"],
    needs: "write",
    answer({ write: { websocketForAllEvents } }) {
      if (websocketForAllEvents === undefined) return undefined;
      const events = valueAt(websocketForAllEvents, "websocket", "events");
      if (!Array.isArray(events)) return neither(websocketForAllEvents);
      if (events.length === 0) return reading("as-sent");
      return events.length === 6 ? reading("expanded") : neither(websocketForAllEvents);
    },
  },
  {
    key: "validateEvents",
    asks: "Are the URLs of webhooks and the names of events validated?",
    values: ["off", "on"],
    needs: "write",
    answer({ write: { wrongEvent, wrongUrl } }) {
      if (wrongEvent === undefined || wrongUrl === undefined) return undefined;
      const isClear = wrongEvent.status < 500 && isRefused(wrongEvent) === isRefused(wrongUrl);
      if (!isClear || wrongUrl.status >= 500) return neither(wrongEvent, wrongUrl);
      return reading(isRefused(wrongUrl) ? "on" : "off");
    },
  },
  {
    key: "disabledWebhook",
    asks: "Are the fields of a webhook cleared or kept when it is switched off?",
    values: ["cleared", "kept"],
    needs: "write",
    answer({ write: { webhook, webhookWhenOff } }) {
      if (webhook === undefined || webhookWhenOff === undefined) return undefined;
      const url = valueAt(webhookWhenOff, "webhook", "url");
      if (isEmpty(url)) return isRefused(webhookWhenOff) ? neither(webhookWhenOff) : reading("cleared");
      return url === valueAt(webhook, "webhook", "url") ? reading("kept") : neither(webhookWhenOff);
    },
  },
  {
    key: "absentAuthorization",
    asks: "What is the authorization of a webhook without one: null, or an empty string?",
    values: ["null", "empty-string"],
    needs: "write",
    answer({ write: { webhookWithoutAuthorization: webhook } }) {
      if (webhook === undefined) return undefined;
      const authorization = valueAt(webhook, "webhook", "authorization");
      if (authorization === null) return reading("null");
      return authorization === "" ? reading("empty-string") : neither(webhook);
    },
  },
  {
    key: "ownAuthorization",
    asks: "How do the endpoints of webhooks show an authorization?",
    // Null is how a webhook without one shows there.
    values: HIDINGS.filter((hiding) => hiding !== "null"),
    needs: "write",
    answer({ own, write: { webhook } }) {
      if (webhook === undefined) return undefined;
      const record = recordAt(webhook, "webhook");
      const hiding = record && hidingOf(record["authorization"], own.authorization);
      return hiding === undefined || hiding === "null" ? neither(webhook) : reading(hiding);
    },
  },
  {
    key: "webhookLimitStatus",
    asks: "With which status is a fourth webhook refused that is on?",
    values: [400, 409],
    needs: "write",
    answer({ write: { fourthWebhook } }) {
      if (fourthWebhook === undefined) return undefined;
      if (isDisguised(fourthWebhook)) return notObservable(DISGUISED);
      const { status } = fourthWebhook;
      return status === 400 || status === 409 ? reading(status) : neither(fourthWebhook);
    },
  },
  {
    key: "duplicateWebhook",
    asks: "Is a webhook refused whose URL another one has?",
    values: ["accepted", "rejected"],
    needs: "write",
    answer({ write: { sameUrl } }) {
      if (sameUrl === undefined) return undefined;
      if (!isRefused(sameUrl)) return reading("accepted");
      return sameUrl.status === 409 || isDisguised(sameUrl) ? reading("rejected") : neither(sameUrl);
    },
  },
];

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function emptinessOf(answer: Exchange, field: unknown): Finding {
  if (field === null) return reading("nulls");
  return field === "" ? reading("empty-strings") : neither(answer);
}
