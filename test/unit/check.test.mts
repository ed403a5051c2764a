import { describe, expect, test } from "vitest";

import { lifecycleFor, pathsIn, UNKNOWN } from "../support/lifecycle.mts";

const lifecycle = lifecycleFor({ url: "https://ryzeapi.cloud", accountToken: "acc" });

const proxy = { host: "proxy.example.com", port: 1080, protocol: "socks5" };
const webhook = { url: "https://app.example.com" };
const chatwoot = { baseUrl: "https://chatwoot.example.com", accountId: 1, apiToken: "cw" };
const s3 = { region: "us-east-1", bucket: "media", accessKey: "AKIA", secretKey: "secret" };

const long = (length: number): string => "x".repeat(length);

/** What is declared beside the name, the path that is at fault, and what the reason has to say of it. */
const refused: [declared: object, property: string, accepted: RegExp | string][] = [
  [{ name: "" }, "name", "blank"],
  [{ name: " \t" }, "name", "blank"],
  [{ name: " orion" }, "name", "white space"],
  [{ name: "orion " }, "name", "white space"],
  [{ name: "." }, "name", "URL path"],
  [{ name: ".." }, "name", "URL path"],
  [{ name: "ori\non" }, "name", "control characters"],
  [{ name: "ori\u0000on" }, "name", "control characters"],
  [{ name: "ori\ud800on" }, "name", "Unicode"],
  [{ name: 5 }, "name", "string"],
  [{ name: undefined }, "name", "string"],
  [{ token: "" }, "token", "non-empty string"],
  [{ token: 5 }, "token", "non-empty string"],
  [{ adopt: "true" }, "adopt", "true or false"],
  [{ onBlockFailure: "ignore" }, "onBlockFailure", "warn, fail"],
  [{ onBlockFailure: true }, "onBlockFailure", "warn, fail"],
  [{ webhok: webhook }, "webhok", /accepted are .*webhook/],
  [{ account: "acc" }, "account", /object with token, endpoint/],
  [{ account: { token: 5 } }, "account.token", "non-empty string"],
  [{ account: { tokn: "acc" } }, "account.tokn", /accepted are token, endpoint/],
  ...[0, 101, -1, 50.5, "50", true].map((limitShare): [object, string, string] => [
    { account: { limitShare } },
    "account.limitShare",
    "must be a whole number from 1 to 100",
  ]),
  [{ account: { endpoint: "http://ryzeapi.cloud" } }, "account.endpoint", /https:.*loopback/],
  [{ account: { endpoint: "http://127.0.0.1.example.com" } }, "account.endpoint", /https:.*loopback/],
  [{ account: { endpoint: "https://ryzeapi.cloud/api" } }, "account.endpoint", "without a path"],
  [{ account: { endpoint: "https://ryzeapi.cloud/?a=b" } }, "account.endpoint", "without a path"],
  [{ account: { endpoint: "https://user:pw@ryzeapi.cloud" } }, "account.endpoint", "user name or password"],
  [{ account: { endpoint: "ryzeapi.cloud" } }, "account.endpoint", "absolute URL"],
  [{ account: { endpoint: "ftp://ryzeapi.cloud" } }, "account.endpoint", "https://"],
  [{ proxy: "proxy.example.com:1080" }, "proxy", /object with .*host/],
  [{ proxy: { ...proxy, host: undefined } }, "proxy.host", "required"],
  [{ proxy: { ...proxy, port: undefined } }, "proxy.port", "required"],
  [{ proxy: { ...proxy, protocol: undefined } }, "proxy.protocol", "required"],
  [{ proxy: { ...proxy, host: "" } }, "proxy.host", "host name"],
  [{ proxy: { ...proxy, port: 70000 } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: 0 } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: -1 } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: 1.5 } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: "abc" } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: "70000" } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, port: "" } }, "proxy.port", "1 to 65535"],
  [{ proxy: { ...proxy, protocol: "ftp" } }, "proxy.protocol", "http, https, socks5"],
  [{ proxy: { ...proxy, password: 5 } }, "proxy.password", "string"],
  [{ proxy: { ...proxy, reconnect: "no" } }, "proxy.reconnect", "true or false"],
  [{ proxy: { ...proxy, enabled: "true" } }, "proxy.enabled", "true or false"],
  [{ proxy: { ...proxy, user: "orion" } }, "proxy.user", /accepted are .*username/],
  [{ webhook: {} }, "webhook.url", "required"],
  [{ webhook: { url: "app.example.com" } }, "webhook.url", "https://"],
  [{ webhook: { url: "ws://app.example.com" } }, "webhook.url", "https://"],
  [{ webhook: { ...webhook, events: "message.exchange" } }, "webhook.events", /list of .*message\.exchange/],
  [{ webhook: { ...webhook, events: ["call.update", "calls"] } }, "webhook.events[1]", "message.exchange"],
  [{ webhook: { ...webhook, events: ["call.update", 5] } }, "webhook.events[1]", "message.exchange"],
  [{ webhook: { ...webhook, authorization: "" } }, "webhook.authorization", "non-empty string"],
  [{ webhook: { ...webhook, byEvents: 1 } }, "webhook.byEvents", "true or false"],
  [{ webhook: { ...webhook, label: "second" } }, "webhook.label", /accepted are .*authorization/],
  [{ websocket: true }, "websocket", /object with .*events/],
  [{ websocket: { events: ["nothing"] } }, "websocket.events[0]", "message.exchange"],
  [{ websocket: { mediaBase64: "yes" } }, "websocket.mediaBase64", "true or false"],
  [{ chatwoot: { ...chatwoot, baseUrl: undefined } }, "chatwoot.baseUrl", "required"],
  [{ chatwoot: { ...chatwoot, apiToken: undefined } }, "chatwoot.apiToken", "required"],
  [{ chatwoot: { ...chatwoot, accountId: undefined } }, "chatwoot.accountId", "required"],
  [{ chatwoot: { ...chatwoot, baseUrl: "chatwoot" } }, "chatwoot.baseUrl", "https://"],
  [{ chatwoot: { ...chatwoot, accountId: 0 } }, "chatwoot.accountId", "above 0"],
  [{ chatwoot: { ...chatwoot, accountId: -1 } }, "chatwoot.accountId", "above 0"],
  [{ chatwoot: { ...chatwoot, accountId: 1.5 } }, "chatwoot.accountId", "whole number"],
  [{ chatwoot: { ...chatwoot, accountId: "5" } }, "chatwoot.accountId", "whole number"],
  [{ chatwoot: { ...chatwoot, signMessages: "true" } }, "chatwoot.signMessages", "true or false"],
  [{ settings: [] }, "settings", /object with .*autoRejectCalls/],
  [{ settings: { autoRejectCalls: "true" } }, "settings.autoRejectCalls", "true or false"],
  [{ settings: { callRejectMessage: true } }, "settings.callRejectMessage", "string"],
  [{ settings: { enabled: true } }, "settings.enabled", /accepted are .*ignoreStatus/],
  [{ s3: { ...s3, region: undefined } }, "s3.region", "required"],
  [{ s3: { ...s3, bucket: undefined } }, "s3.bucket", "required"],
  [{ s3: { ...s3, accessKey: undefined } }, "s3.accessKey", "required"],
  [{ s3: { ...s3, secretKey: undefined } }, "s3.secretKey", "required"],
  [{ s3: { ...s3, secretKey: "" } }, "s3.secretKey", "non-empty string"],
  [{ s3: { ...s3, endpoint: "minio:9000" } }, "s3.endpoint", "https://"],
];

describe("refused, with the path of what is wrong and what is accepted", () => {
  test.each(refused)("%o", (declared, property, accepted) => {
    const { failures } = lifecycle.check({ name: "orion", ...declared });
    expect(pathsIn(failures)).toEqual([property]);
    expect(failures[0]?.reason).toMatch(accepted);
    expect(failures[0]?.reason).toContain(property);
  });

  // By their paths, for titles that can be read.
  test.each<[property: string, limit: string, declared: object]>([
    ["token", "8000 at most", { token: long(8_001) }],
    ["account.token", "8000 at most", { account: { token: long(8_001) } }],
    ["account.endpoint", "8000 characters", { account: { endpoint: `https://${long(8_000)}` } }],
    ["proxy.host", "8000 characters", { proxy: { ...proxy, host: long(8_001) } }],
    ["proxy.password", "8000 characters", { proxy: { ...proxy, password: long(8_001) } }],
    ["webhook.url", "8000 characters", { webhook: { url: `https://${long(8_000)}` } }],
    ["webhook.authorization", "8000 characters", { webhook: { ...webhook, authorization: long(40_000) } }],
    ["webhook.events", "100 events", { webhook: { ...webhook, events: Array(101).fill("call.update") } }],
    ["chatwoot.apiToken", "8000 characters", { chatwoot: { ...chatwoot, apiToken: long(3_000_000) } }],
    ["settings.callRejectMessage", "65536 characters", { settings: { callRejectMessage: long(65_537) } }],
    ["s3.secretKey", "8000 characters", { s3: { ...s3, secretKey: long(8_001) } }],
  ])("%s that is too long for any server (%s)", (property, limit, declared) => {
    const { failures } = lifecycle.check({ name: "orion", ...declared });
    expect(pathsIn(failures)).toEqual([property]);
    expect(failures[0]?.reason).toContain(limit);
  });

  test("a member that is no name, by a path that can be read", () => {
    const { failures } = lifecycle.check({
      name: "orion",
      [long(3_000_000)]: 1,
      s3: { ...s3, "a\u001bb": 1 },
    });
    const paths = failures.map(({ reason }) => reason.split(" is not an argument")[0]);
    expect(paths.sort()).toEqual([`["${long(500)}…"]`, 's3["a b"]']);
  });

  test("all at once", () => {
    const { failures } = lifecycle.check({
      name: "",
      proxy: { port: 0 },
      webhook: { url: "x", events: ["a", "call.update", "b"] },
      typo: 1,
    });
    expect(pathsIn(failures).sort()).toEqual([
      "name",
      "proxy.host",
      "proxy.port",
      "proxy.protocol",
      "typo",
      "webhook.events[0]",
      "webhook.events[2]",
      "webhook.url",
    ]);
  });

  test("beside values that are not known yet", () => {
    const { failures } = lifecycle.check({
      name: UNKNOWN,
      account: UNKNOWN,
      proxy: { ...proxy, host: UNKNOWN, port: 0 },
      webhook: { url: UNKNOWN, events: [UNKNOWN, "calls"] },
    });
    expect(pathsIn(failures)).toEqual(["proxy.port", "webhook.events[1]"]);
  });
});

describe("accepted", () => {
  test.each<[declared: object, normalised: object]>([
    [{ name: "with space/and % ü" }, { name: "with space/and % ü" }],
    [{ proxy: { ...proxy, port: "1080" } }, { proxy: { ...proxy, enabled: true, reconnect: true } }],
    [{ proxy: { enabled: false } }, { proxy: { enabled: false, reconnect: true } }],
    [{ webhook: { enabled: false } }, { webhook: { enabled: false } }],
    [{ chatwoot: { enabled: false } }, { chatwoot: { enabled: false } }],
    [{ s3: { enabled: false } }, { s3: { enabled: false } }],
    [{ websocket: {} }, { websocket: { enabled: true } }],
    [{ settings: {} }, { settings: {} }],
    [{ account: { endpoint: "http://localhost:1" } }, { account: { endpoint: "http://localhost:1" } }],
    [{ account: { endpoint: "http://[::1]:1" } }, { account: { endpoint: "http://[::1]:1" } }],
    [
      { account: { endpoint: "https://ryzeapi.cloud/" } },
      { account: { endpoint: "https://ryzeapi.cloud/" } },
    ],
  ])("%o", (declared, normalised) => {
    expect(lifecycle.check({ name: "orion", ...declared })).toEqual({
      inputs: { name: "orion", ...normalised },
      failures: [],
    });
  });
});

test("what is as long as it may be is accepted", () => {
  const declared = { name: "orion", token: long(8_000), settings: { callRejectMessage: long(65_536) } };
  expect(lifecycle.check(declared)).toEqual({ inputs: declared, failures: [] });
});

describe("the account", () => {
  test("without a token anywhere is refused with every way to set one", () => {
    const { failures } = lifecycleFor({ url: "https://ryzeapi.cloud" }).check({ name: "orion" });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toContain("pulumi config set --secret ryzeapi:token");
    expect(failures[0]?.reason).toContain("RYZEAPI_TOKEN");
    expect(failures[0]?.reason).toContain("account.token");
  });

  test("of a blank token is refused as well", () => {
    expect(
      lifecycleFor({ url: "https://ryzeapi.cloud", accountToken: " " }).check({ name: "orion" }).failures,
    ).toHaveLength(1);
  });

  test("that is not known yet is accepted", () => {
    const unconfigured = lifecycleFor({ url: "https://ryzeapi.cloud" });
    expect(unconfigured.check({ name: "orion", account: UNKNOWN }).failures).toEqual([]);
    expect(unconfigured.check({ name: "orion", account: { token: UNKNOWN } }).failures).toEqual([]);
  });

  test("at an endpoint of the configuration that cannot be used is refused", () => {
    const { failures } = lifecycleFor({ url: "http://ryzeapi.cloud", accountToken: "acc" }).check({
      name: "o",
    });
    expect(failures[0]?.reason).toMatch(/endpoint must be an https:\/\/ URL.*loopback/);
  });
});
