import type { AccountClient } from "../ryzeapi/client.ts";
import { cleanMessage } from "../ryzeapi/errors.ts";
import type { ListedInstance } from "../ryzeapi/listing.ts";
import type { Located, Subject } from "./identity.ts";
import { pairedWith, type Connection } from "./pairing.ts";

/** What was about to be done with an instance that is not the one that the state knows. */
type Deed = "read" | "changed" | "deleted" | "replaced";

const SHOWN_NAMES = 5;

/** The instance that the account holds is not the one of the state, or nothing proves that it is. */
export class InstanceRefusedError extends Error {
  override readonly name = "InstanceRefusedError";
}

/** Why an instance that could not be proved to be the one of the state is neither read nor changed nor deleted. */
export async function refusalOf(
  subject: Subject,
  located: Exclude<Located, { readonly is: "here" }>,
  deed: Deed,
): Promise<InstanceRefusedError> {
  switch (located.is) {
    case "gone":
      return new InstanceRefusedError(
        `The instance "${subject.name}" was not ${deed}: RyzeAPI refuses its own token, so the instance that this ` +
          `resource manages is gone${namesake(located.namesake)}. Nothing was sent. \`pulumi refresh\` takes it out of ` +
          "the state; after that `pulumi up` creates it, or with `adopt: true` takes over the one that is there.",
      );
    case "elsewhere":
      return new InstanceRefusedError(
        `The instance "${subject.name}" was not ${deed}: it is not in the RyzeAPI account that is configured now ` +
          `(${await contentOf(located.account, located.namesake, "is another one")}). It exists in the account that created it, where its ` +
          `own token still works: ${connectionOf(located.own)}. Nothing was sent. Put that account's token back ` +
          "(`ryzeapi:token`, RYZEAPI_TOKEN or `account.token`) and run `pulumi up`: other commands may go by the token in the " +
          "state. Instances cannot move between accounts: to manage one of the other account, declare it under a new " +
          "resource name; `pulumi state delete` gives this one up without touching it.",
      );
    case "unknown":
      return new InstanceRefusedError(
        `The instance "${subject.name}" was not ${deed}: nothing that RyzeAPI tells proves that the account which is ` +
          `configured now (${await contentOf(located.account, located.namesake, "may be another one")}) holds the one that this resource ` +
          "manages. Nothing was sent. Put the former account token back and run `pulumi up`; or give the resource " +
          "up with `pulumi state delete`, which touches no instance, and declare it again with `adopt: true`.",
      );
  }
}

/** Why an instance stays although Pulumi plans to delete it. */
export function protectedInstance(name: string, connection: Connection, deed: "deleted" | "replaced"): Error {
  return new Error(
    `The instance "${name}" is not ${deed}: it is paired with ${pairedWith(connection)}, and \`ryzeapi:protectPaired\` ` +
      "keeps paired instances. To do it on purpose, for this instance alone: declare `account: { protectPaired: false }` " +
      "with it and run `pulumi up`, and after that what you wanted; or log the number out and run `pulumi refresh` first.",
  );
}

/** Why a replacement stops before anything is lost. */
export function pairedSince(name: string, connection: Connection): Error {
  return new Error(
    `The instance "${name}" is not replaced: it was paired with ${pairedWith(connection)} after Pulumi had looked at it ` +
      "last, so the preview could not say that this ends a WhatsApp session. Nothing was changed. `pulumi up --refresh` " +
      "shows it, and goes on when you confirm.",
  );
}

export function refusedAccount(name: string, cause: Error): Error {
  return new Error(
    `The instance "${name}" was not deleted: RyzeAPI refuses the account's token (${cause.message}). Pulumi hands over ` +
      "the token that stands in the state. Where it was renewed since, run the command once more with the new one in the " +
      "environment variable RYZEAPI_TOKEN.",
    { cause },
  );
}

/** What is known of an account: nothing at RyzeAPI names it. */
async function contentOf(
  { listing, origin }: AccountClient,
  same: ListedInstance | undefined,
  likeness: string,
): Promise<string> {
  const listed = await listing.all().catch(() => []);
  const names = listed.slice(0, SHOWN_NAMES).map(({ name }) => `"${cleanMessage(name, [])}"`);
  const more = listed.length > SHOWN_NAMES ? ", …" : "";
  const count = listed.length === 1 ? "1 instance" : `${listed.length} instances`;
  const instances = listed.length === 0 ? "no instances" : `${count}: ${names.join(", ")}${more}`;
  const namesake =
    same === undefined ? "" : `; its "${cleanMessage(same.name, [])}" ${likeness}, ${connectionOf(same)}`;
  return `at ${origin}, with ${instances}${namesake}`;
}

function connectionOf({ id, connection, status, numberJid }: ListedInstance): string {
  const state = connection?.state ?? status ?? "";
  const number = connection?.numberJid ?? numberJid;
  const shown = [
    id ? `id ${id}` : "",
    number ? `paired with ${number}` : "not paired",
    state === "" ? "" : `state ${state}`,
  ];
  return cleanMessage(shown.filter((part) => part !== "").join(", "), []);
}

function namesake(listed: ListedInstance | undefined): string {
  return listed === undefined
    ? ""
    : `, and the account has another one of that name (${connectionOf(listed)}), which is left as it is`;
}

/** A refresh that finds nothing may have looked in the wrong place. */
export function gone(
  { name }: Subject,
  { account, namesake }: Extract<Located, { readonly is: "gone" }>,
): string {
  const there =
    namesake === undefined
      ? "creates it anew"
      : "says how to take over the other instance of that name, which is there now " +
        `(${connectionOf(namesake)})`;
  return (
    `The instance "${name}" does not exist in the account at ${account.origin}, and RyzeAPI refuses its own token: it ` +
    `leaves the state, and the next \`pulumi up\` ${there}.`
  );
}

export function costOfReplacement(name: string, connection: Connection, replaces: readonly string[]): string {
  const cause =
    replaces.length > 0 ? `because of its ${replaces.join(" and ")}` : "because an option of it says so";
  const way =
    replaces.length > 0
      ? `put the former ${replaces.join(" and ")} back`
      : "take the option (`replaceOnChanges`) out";
  return (
    `Replacing the instance "${name}" (${cause}) ends a WhatsApp session: it is paired with ${pairedWith(connection)}, ` +
    `the number is logged out, and a phone must be paired again. To keep it, ${way}; the option \`protect: true\` or ` +
    "`ryzeapi:protectPaired` makes Pulumi refuse this."
  );
}

/** Why a deletion was left out. */
export function takenOver(thing: string): string {
  return `${thing} is not deleted: another resource of this program has it.`;
}

/** Why something that exists is not taken, although it would be adopted otherwise. */
export function heldByAnother(thing: string, argument: string): Error {
  return new Error(
    `${thing} is left as it is: another resource of this program declares it as well. Take one of the two out, or give ` +
      `one of them another \`${argument}\`.`,
  );
}

export function namesakeStays(name: string): string {
  return (
    `The instance "${name}" that this resource managed is gone, since RyzeAPI refuses its own token. Another one of that ` +
    "name exists, which nobody has adopted: it is left as it is."
  );
}

export function strangerStays(name: string): string {
  return (
    `An instance named "${name}" exists, and is paired with a phone. Whether it is the one whose creation was never answered ` +
    "is not known, so it is left as it is; `adopt: true` takes it over."
  );
}

export function pairedAndDeleted(name: string, connection: Connection): string {
  return (
    `The instance "${name}" is deleted although it was paired with ${pairedWith(connection)} since Pulumi had looked at ` +
    "it last. `ryzeapi:protectPaired` makes the provider refuse this."
  );
}

export function unproven(name: string, connection: Connection): Error {
  return new Error(
    `The instance "${name}" is not deleted: RyzeAPI refuses its own token and tells no id, so it may be another one of that ` +
      `name, and it is paired with ${pairedWith(connection)}. Delete it by hand where it is yours to delete; \`pulumi ` +
      "state delete` gives the resource up without touching it.",
  );
}

export function adoptedUnpaired(name: string): string {
  return (
    `The instance "${name}" existed already and was never paired: it is taken over and brought to what is declared, as ` +
    "`ryzeapi:adopt: unpaired` says."
  );
}

export function readAlone(name: string): string {
  return (
    `RyzeAPI refuses the account's token that Pulumi handed over for the instance "${name}", which was read with its own ` +
    "token. If the account's token was renewed, the next `pulumi up` brings the new one into the state."
  );
}
