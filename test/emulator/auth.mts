import type { IncomingHttpHeaders } from "node:http";
import { ApiError, type Account, type Endpoint } from "./endpoint.mts";
import type { Instance } from "./model.mts";
import type { Readings } from "./readings.mts";
import type { Store } from "./store.mts";

/** Who a token belongs to. */
export type Identity =
  | { kind: "account"; account: Account }
  | { kind: "instance"; account: Account; owner: Instance }
  | { kind: "none" }
  | { kind: "invalid" };

export interface Caller {
  account: Account;
  owner: Instance | undefined;
}

/** In the documented order of preference (contract, section 2). */
export function sentToken(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const candidates = [headers["token"]?.toString(), bearer, query.get("token")];
  return candidates.find((token) => token !== undefined && token !== null && token !== "") ?? undefined;
}

/** Two accounts may use the same instance token: then the instance that is asked for decides. */
export function identify(
  token: string | undefined,
  wanted: string | undefined,
  accounts: Account[],
  store: Store,
): Identity {
  if (token === undefined) return { kind: "none" };
  const account = accounts.find((candidate) => candidate.token === token);
  if (account) return { kind: "account", account };
  const owners = store.findByToken(token).flatMap((owner) => {
    const owning = accounts.find((candidate) => candidate.digest === owner.account);
    return owning ? [{ kind: "instance" as const, account: owning, owner }] : [];
  });
  return owners.find(({ owner }) => owner.name === wanted) ?? owners[0] ?? { kind: "invalid" };
}

/** What an instance's token is good for before the instance is paired, under the readings that limit it. */
const always = ["/api/instance/list", "/api/instance/connect/:instance"];

export function authenticate(
  endpoint: Endpoint,
  identity: Identity,
  name: string,
  { instanceTokenScope }: Readings,
): Caller {
  switch (identity.kind) {
    case "none":
      // Delete is documented to answer "Invalid token" to a missing one as well (5.6).
      if (endpoint.path.startsWith("/api/instance/delete/")) throw new ApiError(401, "Invalid token");
      throw new ApiError(401, "Missing token in header, Authorization header, or query parameter");
    case "invalid":
      throw new ApiError(401, "Invalid token");
    case "account":
      return { account: identity.account, owner: undefined };
    case "instance":
      if (endpoint.auth === "account") throw new ApiError(401, "Invalid token");
      if (endpoint.path.endsWith("/:instance") && identity.owner.name !== name) {
        throw new ApiError(403, "Instance token does not match requested instance");
      }
      if (instanceTokenScope !== "full" && !identity.owner.session && !always.includes(endpoint.path)) {
        throw instanceTokenScope === "403-until-paired"
          ? new ApiError(403, "This token has limited scope before the instance is connected")
          : new ApiError(400, "Instance is not connected to WhatsApp");
      }
      return { account: identity.account, owner: identity.owner };
  }
}
