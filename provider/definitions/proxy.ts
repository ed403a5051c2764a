import { anyText, flag, oneOf, port, text } from "./kinds.ts";

/** The instance's own proxy. */
export const proxyFields = {
  /**
   * Host name or address of the proxy; not empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  host: text("a host name or an address").required(),
  /**
   * TCP port of the proxy, 1 to 65535, as a number or as digits.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  port: port().required(),
  /**
   * Protocol of the proxy: `http`, `https` or `socks5`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  protocol: oneOf(["http", "https", "socks5"]).required(),
  /**
   * User name at the proxy.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  username: anyText(),
  /**
   * Password at the proxy. Kept as a secret; RyzeAPI never returns it, so it is compared with what was sent last.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/instance/proxy-update
   */
  password: anyText().secret().neverReturned(),
  /**
   * Whether a changed proxy is put into force at once by reconnecting the instance (`POST /api/instance/reconnect`),
   * which keeps its WhatsApp session. With `false` it takes effect at the next connection.
   *
   * Default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/reconnect
   */
  reconnect: flag().byDefault(true).directive(),
};
