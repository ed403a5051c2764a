import { events, flag, httpUrl, text } from "./kinds.ts";

/** A webhook, whatever its label. */
export const webhookFields = {
  /**
   * Absolute `http://` or `https://` URL that events are posted to.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  url: httpUrl().required().createdAs("webhookURL"),
  /**
   * Value of the `Authorization` header of every delivery, which is how a receiver knows RyzeAPI; not empty. Kept as a
   * secret. Anyone who holds the instance's token can read it back.
   *
   * Default: no header.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  authorization: text().secret().mayBeHidden(),
  /**
   * Whether the event's name is appended to the URL's path.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  byEvents: flag(),
  /**
   * The events to deliver, each one of {@link RyzeEvent}, in any order; an empty list means all.
   *
   * Default: RyzeAPI's own, all.
   *
   * @see https://ryzeapi.cloud/en/api/events/catalog
   */
  events: events(),
  /**
   * Whether media are put into the delivery as base64.
   *
   * Default: RyzeAPI's own, `false`.
   *
   * @see https://ryzeapi.cloud/en/api/events/webhook-configure
   */
  mediaBase64: flag(),
};
