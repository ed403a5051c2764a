import { token } from "./account.ts";
import { flag, oneOf, textWithout } from "./kinds.ts";

/** The arguments of an instance beside its account and its blocks. */
export const instanceFields = {
  /**
   * Name of the instance, unique in the account and used in every path; kebab-case or snake_case is recommended. Not
   * blank, no white space at its ends, no control characters, at most 4,000 characters as a part of a URL. Changing it
   * **replaces** the instance, which ends its WhatsApp session.
   *
   * Default: the resource's name in the program when it is made; it stays when the resource gets another one.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  name: textWithout(nameProblem).replacing(),
  /**
   * The instance's own token (`TokenInstance`), unique in the account: ASCII characters without spaces. Kept as a
   * secret. Changing it **replaces** the instance, which ends its WhatsApp session. Taking it out, or declaring the one
   * that the instance has, sends nothing.
   *
   * Default: RyzeAPI generates one, which is the output `token`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token: token().secret().replacing(),
  /**
   * What to do where an instance of this name exists already: `false` refuses to touch it, `true` takes it over and
   * brings it to what is declared; blocks that are not declared stay as they are. Afterwards it can stay or be taken out,
   * which is no change. With `ryzeapi:adopt: unpaired` in the stack's configuration, an instance that was never paired is
   * taken over without it.
   *
   * Default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/list
   */
  adopt: flag(),
  /**
   * What a block means that RyzeAPI refused: `"warn"` makes it a warning of the resource, `"fail"` fails the
   * deployment. The instance is kept either way, and the next `pulumi up` tries the block again.
   *
   * Default: `"warn"`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  onBlockFailure: oneOf(["warn", "fail"]),
};

/** Common servers refuse a request line of 8,000 characters, after the creation whose body carried the same name. */
const LONGEST_PATH_SEGMENT = 4_000;

/**
 * The service documents only "not blank, unique". Refused as well is what would make another name, or another path,
 * on the way: a name that the service may trim, and path segments that every HTTP server resolves.
 */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "must not be blank";
  if (name !== name.trim()) return "must not start or end with white space";
  if (name === "." || name === "..") return "must not be . or .., which no URL path can carry";
  if (/\p{Cc}/u.test(name)) return "must not contain control characters";
  if (!name.isWellFormed()) return "must be well-formed Unicode";
  if (encodeURIComponent(name).length > LONGEST_PATH_SEGMENT)
    return `must not be longer than ${LONGEST_PATH_SEGMENT} characters as a part of a URL`;
  return undefined;
}
