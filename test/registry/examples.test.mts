import { readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { EXAMPLES, LANGUAGE_FILES, SHOWN } from "../../scripts/reference/examples.mts";
import { read, repository } from "../docs/pages.mts";
import { parsed, saidInCsharp, saidInJava } from "./parsed-program.mts";
import { schema } from "./schema.mts";
import { saidInYaml } from "./yaml-program.mts";

// TypeScript, Python and Go are compiled with the generated SDKs, in test/languages.

const { provider, resources, functions } = schema();
const shown = Object.entries({ "ryzeapi:index:Provider": provider, ...resources, ...functions }).map(
  ([token, { description }]) => [token.replace("ryzeapi:index:", ""), description] as const,
);

test("every folder of examples is shown, and has a program in each language", () => {
  const folders = readdirSync(join(repository, EXAMPLES));
  expect(folders.toSorted()).toEqual(
    Object.values(SHOWN)
      .map(({ folder }) => folder)
      .toSorted(),
  );
  for (const folder of folders)
    expect(readdirSync(join(repository, EXAMPLES, folder)).toSorted()).toEqual(
      Object.values(LANGUAGE_FILES).toSorted(),
    );
});

describe.each(shown)("%s", (name, description) => {
  test("has one example, with a program in each language", () => {
    expect(description.match(/^\{\{% \/?examples? %\}\}$/gm)).toEqual([
      "{{% examples %}}",
      "{{% example %}}",
      "{{% /example %}}",
      "{{% /examples %}}",
    ]);
    const example = description.slice(description.indexOf("{{% example %}}"));
    const languages = [...example.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(languages.filter((language) => language !== "sh")).toEqual(Object.keys(LANGUAGE_FILES));
  });

  test("says the same in YAML, Java and C#, as the schema has it", async () => {
    const said = saidInYaml(program(name, "yaml"), schema());
    expect(said.outputs).not.toEqual([]);
    expect(saidInJava(await parsed("java", program(name, "java")), said)).toEqual(said);
    expect(saidInCsharp(await parsed("c-sharp", program(name, "csharp")), said)).toEqual(said);
  });
});

test.each(Object.keys(resources))("%s says how it is imported", (token) => {
  expect(resources[token]?.description).toMatch(
    new RegExp(`\\n## Import\\n\\n[^]*\\n\`\`\`sh\\n\\$ pulumi import ${token} \\w+ \\S+\\n\`\`\``),
  );
});

describe("an example is refused", () => {
  const yaml = program("Instance", "yaml");

  test.each([
    ["with a property that the schema does not have", yaml.replace("inboxName", "inbox"), "has no inbox"],
    ["with an event that the schema does not have", yaml.replace("call.update", "call.made"), "is no Event"],
    ["with a value of another type", yaml.replace("accountId: 1", "accountId: true"), "is no integer"],
    [
      "with an output that the schema does not have",
      yaml.replace("orion.status", "orion.state"),
      "is no output",
    ],
  ])("%s", (_case, text, reason) => {
    expect(() => saidInYaml(text, schema())).toThrow(reason);
  });

  test.each([
    ["c-sharp", "csharp"],
    ["java", "java"],
  ] as const)("that is no %s", async (grammar, language) => {
    const broken = program("Instance", language).replace("(", "");
    await expect(parsed(grammar, broken)).rejects.toThrow(`This is no ${grammar}`);
  });
});

function program(name: string, language: string): string {
  return read(join(EXAMPLES, SHOWN[name]?.folder ?? "", LANGUAGE_FILES[language] ?? ""));
}
