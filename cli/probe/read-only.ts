import { isObject } from "../../provider/values.ts";
import type { Asking } from "./asking.ts";
import type { ExistingInstance, ReadOnlyEvidence } from "./evidence.ts";
import { clockDifference, CREATE, itemsOf, LIST, limitTold, type Exchange } from "../wire/exchange.ts";
import { PREFIX, type OwnValues } from "./own-values.ts";
import type { Clock, Pace } from "./pace.ts";
import { mayBeAligned } from "./questions/limits.ts";

/** Two windows that begin so far apart end in different seconds. */
const MORE_THAN_A_SECOND_MS = 1_100;

/** The probe can do nothing with this endpoint or token. */
export class UselessAccountError extends Error {
  override readonly name = "UselessAccountError";
}

/** What can be found out without changing anything. */
export async function readOnlyStep(
  asking: Asking,
  own: OwnValues,
  evidence: ReadOnlyEvidence,
  { pace, clock }: { pace: Pace; clock: Clock },
): Promise<void> {
  const [none, noneEither] = own.names.none;
  const sentAt = clock.now();
  evidence.health = await asking.ask({ call: "GET /health", token: { kind: "none" } });
  evidence.clockAhead = clockDifference(evidence.health, (sentAt + clock.now()) / 2) ?? 0;
  pace.serviceIsAhead = evidence.clockAhead;

  // One refusal between two good answers: what it takes from the limit is seen from what is left.
  evidence.listed = await asking.ask({ call: LIST });
  expectList(evidence.listed);
  evidence.missing = await asking.ask({ call: "GET /api/instance/getSettings/:instance", instance: none });
  evidence.noneListed = await asking.ask({ call: LIST, query: { instanceName: `${none},${noneEither}` } });
  evidence.unlisted = await asking.ask({ call: LIST, query: { instanceName: none } });
  // The filter is ignored for an instance's own token.
  if (itemsOf(evidence.unlisted).length > 0) {
    throw new UselessAccountError(
      "the token is an instance's own: it shows that instance alone. Set RYZEAPI_TOKEN to the account's (TokenAccount)",
    );
  }
  evidence.bridgeOfNone = await asking.ask({ call: "GET /api/chatwoot/list/:instance", instance: none });

  // A plain name alone: not every path can carry every other one.
  const [first] = itemsOf(evidence.listed)
    .map(({ name }) => name)
    .filter((name) => typeof name === "string")
    .filter((name) => /^[\w-]+$/.test(name) && !name.startsWith(PREFIX));
  if (first !== undefined) evidence.existing = await readInstance(asking, first);

  if (mayBeAligned(asking.journal)) {
    await pace.pause(MORE_THAN_A_SECOND_MS);
    await asking.ask({ call: LIST, token: { kind: "unknown", value: `probe-${own.run}` } });
  }
}

async function readInstance(asking: Asking, instance: string): Promise<ExistingInstance> {
  return {
    settings: await asking.ask({ call: "GET /api/instance/getSettings/:instance", instance }),
    proxy: await asking.ask({ call: "GET /api/instance/getProxy/:instance", instance }),
    s3: await asking.ask({ call: "GET /api/instance/getS3/:instance", instance }),
    webhooks: await asking.ask({ call: "GET /api/events/getWebhook/:instance", instance }),
    websocket: await asking.ask({ call: "GET /api/events/getWebsocket/:instance", instance }),
    chatwoot: await asking.ask({ call: "GET /api/chatwoot/list/:instance", instance }),
  };
}

function expectList({ status, body }: Exchange): void {
  if (status === 401 || status === 403) {
    throw new UselessAccountError(
      `the service refuses the token (${status}). Check RYZEAPI_TOKEN and RYZEAPI_ENDPOINT`,
    );
  }
  if (status >= 400 || !isObject(body) || body["success"] === false) {
    throw new UselessAccountError(
      `the service does not list the account (${status}), and may be no RyzeAPI. Check RYZEAPI_TOKEN and RYZEAPI_ENDPOINT`,
    );
  }
}

/** How the limits stood in the last answer that told them. */
export function limitsLeft(journal: readonly Exchange[]): { limit: number; remaining: number } | undefined {
  const told = journal
    .filter(({ sentWith, call }) => sentWith === "account" && call !== CREATE)
    .map(limitTold)
    .findLast((limit) => limit !== undefined);
  return told && { limit: told.limit, remaining: told.remaining };
}
