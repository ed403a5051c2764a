import { LONGEST_LINE, tooLong } from "../lengths.ts";
import { token } from "./account.ts";
import { nameProblem } from "./instance.ts";
import { flag, textWithout } from "./kinds.ts";

/** The label of the webhook that is a block of the instance, and no resource of its own. */
export const DEFAULT_LABEL = "default";

/** The arguments of a webhook of its own beside its account and the fields of the block. */
export const webhookResourceFields = {
  /**
   * Name of the instance that the webhook belongs to; take it from the instance's output `name`, so that the webhook is
   * made after it and removed before it. Changing it **replaces** the webhook.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  instance: textWithout(nameProblem).required().replacing(),
  /**
   * Label of the webhook, unique in the instance; not blank, not `default`, no white space at its ends. Changing it
   * **replaces** the webhook.
   *
   * Default: the resource's name in the program when it is made; it stays when the resource gets another one.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  label: textWithout(labelProblem).replacing(),
  /**
   * The instance's token; take it from the instance's output `token`. Its calls then have a limit of their own, and a
   * replaced instance gets its webhook again. ASCII characters without spaces; kept as a secret.
   *
   * Default: the account's token.
   *
   * @see https://ryzeapi.cloud/en/guide/authentication
   */
  token: token<string | undefined>().secret(),
  /**
   * What to do where an enabled webhook of this label exists already: `false` refuses to touch it, `true` takes it over.
   *
   * Default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-list
   */
  adopt: flag(),
};

function labelProblem(label: string): string | undefined {
  if (label.length > LONGEST_LINE) return tooLong(LONGEST_LINE);
  if (label.trim() === "" || label.trim() !== label)
    return "must not be blank, nor start or end with white space";
  if (!label.isWellFormed()) return "must be well-formed Unicode";
  if (label === DEFAULT_LABEL)
    return "must be another than default, which is the argument `webhook` of RyzeInstance";
  return undefined;
}
