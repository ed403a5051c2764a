import { beforeEach, describe, expect, test, vi } from "vitest";

import { failureOf, lifecycleFor } from "../support/lifecycle.mts";

const VARIABLES = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] as const;

const secure = { url: "https://ryzeapi.invalid", accountToken: "acc" };

beforeEach(() => {
  vi.unstubAllEnvs();
  for (const variable of VARIABLES) vi.stubEnv(variable, undefined);
});

function failures(configured = secure) {
  return lifecycleFor(configured).check({ name: "orion" }).failures;
}

describe("a proxy of the environment that cannot be used is a failure of the preview", () => {
  test.each(VARIABLES)("which names %s, and neither its value nor what else is wrong with it", (variable) => {
    vi.stubEnv(variable, "orion:p4ssw0rd@proxy.example.net:3128");
    expect(failures()).toHaveLength(1);
    const reason = failures()[0]?.reason ?? "";
    expect(reason).toMatch(new RegExp(`^${variable} of the environment has no scheme\\. Write .* http://`));
    expect(reason).not.toMatch(/p4ssw0rd|example\.net/);
  });

  test.each([
    ["proxy.example.net:3128", "has no scheme"],
    ["10.0.0.1:3128", "has no scheme"],
    ["//proxy.example.net:3128", "has no scheme"],
    ["proxy", "has no scheme"],
    [" ", "has no scheme"],
    ["ftp://proxy.example.net", "is no URL of a proxy"],
    ["http://", "is no URL of a proxy"],
    ["socks5://", "is no URL of a proxy"],
    ["http://proxy.example.net:port", "is no URL of a proxy"],
    ["http://orion:p4ss#w0rd@proxy.example.net:3128", "is no URL of a proxy"],
    ["http://orion:100%@proxy.example.net:3128", "is no URL of a proxy"],
  ])("%s: %s", (value, problem) => {
    vi.stubEnv("HTTPS_PROXY", value);
    expect(failures()[0]?.reason).toContain(`HTTPS_PROXY of the environment ${problem}.`);
  });

  test("and of everything that begins without one", async () => {
    vi.stubEnv("HTTPS_PROXY", "proxy.example.net:3128");
    const error = await failureOf(lifecycleFor(secure).delete("orion", { name: "orion" }));
    expect(error.message).toContain("HTTPS_PROXY of the environment has no scheme");
  });
});

describe("no failure is", () => {
  test.each([
    "http://proxy.example.net:3128",
    "https://proxy.example.net",
    "socks5://proxy.example.net:1080",
    "http://orion:p4ss%23@proxy.example.net:3128",
    "",
  ])("HTTPS_PROXY=%s", (value) => {
    vi.stubEnv("HTTPS_PROXY", value);
    expect(failures()).toEqual([]);
  });

  test("a variable that another one comes before", () => {
    vi.stubEnv("https_proxy", "http://proxy.example.net:3128");
    for (const unused of ["HTTPS_PROXY", "HTTP_PROXY"]) vi.stubEnv(unused, "proxy.example.net:3128");
    expect(failures()).toEqual([]);
  });

  test("one that an endpoint on this machine does without", () => {
    vi.stubEnv("HTTPS_PROXY", "proxy.example.net:3128");
    expect(failures({ url: "http://127.0.0.1:1", accountToken: "acc" })).toEqual([]);
  });
});
