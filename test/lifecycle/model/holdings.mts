import { hasToken, identityIn } from "../../../provider/lifecycle/identity.ts";
import { isObject } from "../../../provider/values.ts";
import type { Readings } from "../../emulator/emulator.mts";
import type { AccountName } from "./accounts.mts";
import type { Recorded } from "./engine.mts";
import { named, type Everything } from "./service.mts";

/** What a resource of the state manages in truth. */
export interface Holding {
  readonly resource: string;
  readonly name: string;
  /** The service's id of the instance; undefined where it is gone, or not there yet. */
  readonly id: string | undefined;
  /** Where it was when it was there last. */
  readonly account: AccountName | undefined;
  /** Its creation was never answered. */
  readonly isUnconfirmed: boolean;
  readonly isCondemned: boolean;
  /** Whether the service's own id tells it from another one of its name. */
  readonly isToldById: boolean;
  /** Whether its own token is known, which says what it belongs to. */
  readonly isToldByToken: boolean;
  readonly isTokenDeclared: boolean;
  /** Whether the state says that it is paired. */
  readonly isKnownPaired: boolean;
  /** Whether the state knows that it has this token. */
  readonly hasToken: (token: unknown) => boolean;
  /** `account.protectPaired` as it stands in the state. */
  readonly protectPaired: boolean | undefined;
  /** `account.token` as it stands in the state. */
  readonly accountToken: string | undefined;
}

/** `pointed` is the account that the program names now. */
export function holdingsOf(
  recorded: readonly Recorded[],
  former: readonly Holding[],
  everything: Everything,
  pointed: AccountName | undefined,
  { listId }: Readings,
): Holding[] {
  return recorded.map((record) => {
    const { resource, outputs, isCondemned } = record;
    const name = String(outputs["name"]);
    const identity = identityIn(outputs);
    const isUnconfirmed = outputs["status"] === "unconfirmed";
    // A creation goes to the account that is named then, whatever there was before.
    const before = former.find(
      (each) => each.resource === resource && each.name === name && !(isUnconfirmed && !each.isUnconfirmed),
    );
    const account = isObject(outputs["account"]) ? outputs["account"] : {};
    const status = String(outputs["status"]);
    const isToldById = identity.id !== undefined && listId;
    const number = outputs["numberJid"];
    const found = isUnconfirmed ? undefined : instanceOf(record, before, everything, pointed, isToldById);
    return {
      ...{ resource, name, isCondemned, isUnconfirmed, isToldById },
      id: found,
      account:
        (found === undefined ? undefined : everything.get(found)?.account) ?? before?.account ?? pointed,
      isToldByToken: outputs["token"] !== undefined,
      isTokenDeclared: outputs["tokenDeclared"] === true,
      isKnownPaired:
        /^(connected|open)$/.test(status) || (number !== undefined && !/^logged_?out$/.test(status)),
      hasToken: (token) => token === outputs["token"] || hasToken(identity, token as string),
      protectPaired: account["protectPaired"] as boolean | undefined,
      accountToken: account["token"] as string | undefined,
    };
  });
}

/**
 * By its id, else by its token. Where ids are not told, one of its name in its account counts as the same: somebody may
 * have made it again by hand.
 */
function instanceOf(
  { outputs }: Recorded,
  before: Holding | undefined,
  everything: Everything,
  pointed: AccountName | undefined,
  isToldById: boolean,
): string | undefined {
  const name = String(outputs["name"]);
  const identity = identityIn(outputs);
  const namesakes = [...everything].filter(([, { view }]) => view.name === name);
  const byId = namesakes.filter(([id]) => id === identity.id);
  const byToken = namesakes.filter(([, { view }]) => hasToken(identity, view.token));
  const account = before?.account ?? pointed;
  const alike = isToldById ? undefined : named(everything, account, name)?.view.id;
  const ids = [...byId, ...byToken].map(([id]) => id);
  return (
    [before?.id, ...ids.filter((id) => everything.get(id)?.account === account), ...ids].find(
      (id) => id !== undefined && ids.includes(id),
    ) ?? alike
  );
}
