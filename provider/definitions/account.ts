import { endpointProblem, isLimitShare, isToken, LIMIT_SHARE_RULE, TOKEN_RULE } from "../ryzeapi/account.ts";
import { Field } from "./field.ts";
import { flag, integerWith, textWithout } from "./kinds.ts";

/** The RyzeAPI account that owns a resource. */
export const accountFields = {
  /**
   * The account's token (`TokenAccount`): ASCII characters without spaces. Kept as a secret. A renewed token of the same
   * account is no change at RyzeAPI; with one of another account nothing is changed or deleted.
   *
   * Default: `ryzeapi:token` of the stack's configuration, else the environment variable `RYZEAPI_TOKEN`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token: token().secret(),
  /**
   * Address of the service, `https://` and without a path. `http://` is accepted only for a loopback address.
   *
   * Default: `ryzeapi:endpoint` of the stack's configuration, else `RYZEAPI_ENDPOINT`, else `https://ryzeapi.cloud`.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  endpoint: textWithout(endpointProblem),
  /**
   * Whether an instance that is paired with a phone is neither deleted nor replaced; whether it is paired is looked up
   * before it is deleted. To delete or replace one on purpose, declare `false` for it, run `pulumi up`, and only then take
   * it out or change it.
   *
   * Default: `ryzeapi:protectPaired` of the stack's configuration, else false.
   *
   * @see https://ryzeapi.cloud/en/api/instance/delete
   */
  protectPaired: flag(),
  /**
   * How many percent of the limits of the account's token the provider takes, from 1 to 100. Once a limit has only the rest
   * left, the provider waits until it starts afresh: for new instances and for all other calls. All that is declared
   * in one account is held to the least of these numbers. The limits of an instance's own token are not concerned.
   *
   * Default: `ryzeapi:limitShare` of the stack's configuration, else 100.
   *
   * @see https://ryzeapi.cloud/en/guide/rate-limit-cors
   */
  limitShare: integerWith(isLimitShare, LIMIT_SHARE_RULE),
};

/** An account's or an instance's token. */
export function token<Argument extends string | undefined = string>(): Field<Argument, string, never> {
  const { kind } = textWithout((value) => (isToken(value) ? undefined : TOKEN_RULE), TOKEN_RULE);
  return new Field(kind);
}
