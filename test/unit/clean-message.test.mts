import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cleanMessage } from "../../provider/ryzeapi/errors.ts";

/** How programs write a text that they quote. */
const spellings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in JSON": (text) => JSON.stringify(text).slice(1, -1),
  "in JSON within JSON": (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  "in Go's JSON": (text) => goJson(text),
  "in Go's JSON within JSON": (text) => JSON.stringify(goJson(text)).slice(1, -1),
  "in HTML": (text) => html(text, { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" }),
  "in Go's HTML": (text) =>
    html(text, { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" }),
  "in a part of a URL": (text) => encodeURIComponent(text),
  "in lower-case escapes": (text) => encodeURIComponent(text).replaceAll(/%../g, (hex) => hex.toLowerCase()),
  "in a URL": (text) => encodeURI(text),
  "in a form": (text) => new URLSearchParams([["", text]]).toString().slice(1),
  "in the user part of a URL": (text) => userinfo(text),
  "in the user part of a URL within JSON": (text) => JSON.stringify(userinfo(text)).slice(1, -1),
};

function goJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[&<>]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function html(text: string, entities: Readonly<Record<string, string>>): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}

function userinfo(text: string): string {
  const url = new URL("https://proxy.example.com");
  url.password = text;
  return url.password;
}

/** One word of at least six characters, as tokens and passwords are. */
const secret = fc
  .array(fc.constantFrom(...Array.from("aZ09-_.~!$&'()*+,;=:@/?#%\\\"<>`{}|^éß日😀")), {
    minLength: 6,
    maxLength: 60,
  })
  .map((chars) => chars.join(""))
  // A longer one, of which nothing stands in what is around it.
  .map((text) => `${text}Q`);

describe("a secret is masked", () => {
  test.each(Object.entries(spellings))("%s", (_how, spelled) => {
    fc.assert(
      fc.property(secret, (text) => {
        const message = `It refused ${spelled(text)} today`;
        expect(cleanMessage(message, [text])).toBe("It refused [secret] today");
      }),
    );
  });

  test("in any mixture of these", () => {
    const mixed = secret.chain((text) =>
      fc.tuple(
        fc.constant(text),
        ...Array.from(text).map((char) =>
          fc.constantFrom(...Object.values(spellings)).map((how) => how(char)),
        ),
      ),
    );
    fc.assert(
      fc.property(mixed, ([text, ...chars]) => {
        expect(cleanMessage(`It refused ${chars.join("")} today`, [text])).toBe("It refused [secret] today");
      }),
    );
  });

  test.each<[what: string, secret: string, message: string, shown: string]>([
    ["that follows the scheme alone", "Bearer tok_1", "tok_1 and Bearer tok_1", "[secret] and [secret]"],
    ["that follows Basic alone", "Basic dXNlcg==", "dXNlcg== is none", "[secret] is none"],
    [
      "whose slash is cut",
      "https://chat.example.com/a/",
      "no https://chat.example.com/a here",
      "no [secret] here",
    ],
    [
      "whose host alone is named",
      "https://chat.example.com/",
      "lookup chat.example.com: none",
      "lookup [secret]: none",
    ],
    [
      "whose path alone is named",
      "https://a.example.com/hook?k=1",
      "POST /hook?k=1: 404",
      "POST [secret]: 404",
    ],
    ["whose host is normalised", "https://A.Example.com/k", "at https://a.example.com/k", "at [secret]"],
    ["whose password alone is named", "http://u:p%40ssw0rd@a.example.com", "bad p@ssw0rd", "bad [secret]"],
    ["that is broken into lines", "Please\r\nwrite to us", "no 'Please\n  write to us'", "no '[secret]'"],
    [
      "whose line break is escaped",
      "Please\nwrite",
      String.raw`{"text":"Please\nwrite"}`,
      '{"text":"[secret]"}',
    ],
    ["where the text breaks off", "tok_abcdefghij", "cannot take tok_abcd", "cannot take [secret]"],
  ])("%s", (_what, hidden, message, shown) => {
    expect(cleanMessage(message, [hidden])).toBe(shown);
  });

  test("together with what begins in it and ends after it", () => {
    expect(cleanMessage("it is abcdefgh.", ["abcdef", "defgh"])).toBe("it is [secret].");
    expect(cleanMessage("it is abcdef.", ["abc", "abcdef"])).toBe("it is [secret].");
  });
});

describe("a number or a secret of a few characters", () => {
  test.each<[secret: string, message: string, shown: string]>([
    ["80", "dial 10.0.0.7:80: refused", "dial 10.0.0.7:[secret]: refused"],
    ["80", "port 8080 answered 180 times", "port 8080 answered 180 times"],
    ["80", "http%3A%2F%2Fproxy%3A80%2F", "http%3A%2F%2Fproxy%3A[secret]%2F"],
    ["5", "no account 5 at v15", "no account [secret] at v15"],
    ["4711", "account_id=4711&x=47110", "account_id=[secret]&x=47110"],
    ["a", "a bad value", "[secret] bad value"],
    ["in", "invalid instance in it", "invalid instance [secret] it"],
    // A password of digits is longer than a port, and hidden wherever it stands.
    ["12345678", "pw12345678x", "pw[secret]x"],
  ])("%s is masked only where it stands alone: %s", (secret, message, shown) => {
    expect(cleanMessage(message, [secret])).toBe(shown);
  });
});

describe("a message stays short and harmless", () => {
  test("whatever it and the secrets are", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 3_000 }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(text, fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), (message, secrets) => {
        const shown = cleanMessage(message, secrets);
        expect(shown.length).toBeLessThanOrEqual(501);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  test("and cut off where no secret is cut in half", () => {
    const part = "S3CR-c0ffee";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_100 }), fc.integer({ min: 1, max: 900 }), (before, copies) => {
        const hidden = part.repeat(copies);
        const shown = cleanMessage(`${"-".repeat(before)}${hidden} was refused`, [hidden]);
        expect(shown).not.toMatch(/S3CR|c0ffee/);
        expect(shown).toContain(before < 490 ? "[secret]" : "…");
      }),
    );
  });

  test("also where it is of 64 MiB, or a secret of a length that no expression can have", () => {
    const hidden = "S3CR".repeat(500_000);
    expect(cleanMessage(`cannot take ${hidden}!`, [hidden])).toMatch(/^cannot take \[secret\]/);
    const longest = "x".repeat(64 * 1024 * 1024);
    expect(cleanMessage(longest, ["x".repeat(7_999) + "y", hidden])).toBe(`${"x".repeat(500)}…`);
    expect(cleanMessage(longest + hidden, [hidden])).toBe(`${"x".repeat(500)}…`);
  });

  test("and is withheld where it cannot be cleaned: what happened is not lost for that", () => {
    const broken: Iterable<string> = {
      [Symbol.iterator]() {
        throw new RangeError("out of memory");
      },
    };
    expect(cleanMessage("cannot take S3CR", broken)).toBe(
      "a message that is not shown, because it may hold secrets",
    );
  });
});
