import * as z from "zod";
import { optionalMember } from "../definitions/field.ts";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { recordText } from "../definitions/kinds.ts";
import type { InstanceClient } from "../ryzeapi/client.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { RyzeApiError } from "../ryzeapi/errors.ts";
import { omit, type Values } from "../values.ts";
import { blockOf } from "./block.ts";
import { observedOr, readRecord, recordOf, respellingTo } from "./records.ts";

/** What the service tells beside the fields. */
const besides = z.object({
  enabled: optionalMember(z.boolean()),
  status: recordText,
  error: recordText,
  last_error: recordText,
});

const record = recordOf(BLOCK_FIELDS.chatwoot).and(besides);

const respelled = respellingTo(BLOCK_FIELDS.chatwoot);

const setChatwoot = endpoint({
  method: "POST",
  route: "/api/chatwoot/set/:instance",
  // A second activation may make a second inbox, so an unclear one is looked up and not sent again.
  idempotent: false,
  gateway: "Chatwoot",
  timeoutSeconds: 75,
  answer: z.looseObject({ status: z.string().nullish() }),
});

/** In every language of the service, for its refusals here may have the form of any proxy's. */
const NO_INTEGRATION = /\bintegra/i;

const getChatwoot = endpoint({
  method: "GET",
  route: "/api/chatwoot/list/:instance",
  idempotent: true,
  gateway: "Chatwoot",
  absent: NO_INTEGRATION,
  answer: z.looseObject({ status: z.string() }),
});

const deleteChatwoot = endpoint({
  method: "DELETE",
  route: "/api/chatwoot/delete/:instance",
  idempotent: true,
  gateway: "Chatwoot",
  timeoutSeconds: 45,
  absent: NO_INTEGRATION,
  answer: z.looseObject({}),
});

/** The bridge to a Chatwoot inbox [docs: /en/api/chatwoot/activate]. */
export const chatwoot = blockOf("chatwoot", BLOCK_FIELDS.chatwoot, {
  observe(value) {
    const found = readRecord(record, respelled(value));
    if (found?.status === undefined && found?.enabled === undefined) return undefined;
    const { status, enabled, error, last_error: lastError, ...fields } = found;
    // The last error of an integration that works again may stand there still.
    const isActive = status === "active";
    return {
      // The service's own read has no `enabled`: an integration that it lists is on, whatever its status.
      enabled: enabled !== false,
      ...fields,
      ...(status ? { status } : {}),
      ...(isActive ? {} : errorIn(status, [error, lastError].find(Boolean))),
    };
  },

  async read(instance) {
    try {
      return chatwoot.observe(await instance.find(getChatwoot)) ?? { enabled: false };
    } catch (error) {
      // The integration does not run, and only the server's operator can change that.
      if (isBridgeMissing(error)) return { error: error.reason };
      throw error;
    }
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setChatwoot, chatwoot.requestOf(omit(declared, ["enabled"])));
    // A set may be answered well that Chatwoot refused; why shows in a look at the integration.
    if (answer.status === "error") return await chatwoot.read(instance);
    return observedOr({ status: answer.status ?? "active" }, chatwoot.acceptedOf(declared));
  },

  async withdraw(instance) {
    try {
      await instance.find(deleteChatwoot);
    } catch (error) {
      const isDoubtful = isBridgeMissing(error) || (error instanceof RyzeApiError && error.meaningUnknown);
      if (!isDoubtful || (await isIntegrated(instance))) throw error;
    }
    return { enabled: false };
  },
});

function errorIn(status: string | undefined, error: string | undefined): Values {
  if (error !== undefined) return { error };
  return status === "error"
    ? { error: "Chatwoot is in an error state that RyzeAPI gives no reason for" }
    : {};
}

function isBridgeMissing(error: unknown): error is RyzeApiError {
  return error instanceof RyzeApiError && error.gatewayMissing;
}

/** Whether something may run: a 503 of a service that is down does not mean that nothing does. */
async function isIntegrated(instance: InstanceClient): Promise<boolean> {
  try {
    return (await instance.find(getChatwoot)) !== undefined;
  } catch (error) {
    return !isBridgeMissing(error);
  }
}
