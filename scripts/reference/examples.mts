import { readFileSync } from "node:fs";
import { join } from "node:path";

import { repository } from "./sources.mts";

/** Programs that show a resource or a look-up, one in each language: what of it they show, and how it is imported. */
interface Shown {
  readonly folder: string;
  readonly title: string;
  readonly imported?: string;
}

export const EXAMPLES = "docs/examples";

/** By their names in the package schema. */
export const SHOWN: Readonly<Record<string, Shown>> = {
  Instance: {
    folder: "instance",
    title: "An instance with a webhook, a Chatwoot bridge and settings",
    imported:
      "An instance is imported by its name, URL-encoded. The last argument is that name:\n\n" +
      "```sh\n$ pulumi import ryzeapi:index:Instance orion orion\n```\n\n" +
      "RyzeAPI never returns some secrets, such as the `secretKey` of `s3`: a block that needs one is left out of the " +
      "program that Pulumi writes, and stays as it is.",
  },
  Webhook: {
    folder: "webhook",
    title: "One more webhook of an instance",
    imported:
      "A webhook is imported by the names of the instance and of the label, each URL-encoded, with a slash between them:\n\n" +
      "```sh\n$ pulumi import ryzeapi:index:Webhook audit orion/audit\n```",
  },
  Provider: { folder: "provider", title: "An instance of another account" },
  getInstance: { folder: "get-instance", title: "The state of an instance" },
  getInstances: { folder: "get-instances", title: "All instances of the account" },
};

/** The languages in the order in which Pulumi's Registry shows them: their file in a folder of examples. */
export const LANGUAGE_FILES: Readonly<Record<string, string>> = {
  typescript: "index.ts",
  python: "__main__.py",
  go: "main.go",
  csharp: "Program.cs",
  java: "App.java",
  yaml: "Pulumi.yaml",
};

/** What stands under the description of a resource or look-up, in the form that Pulumi's generators take apart by language. */
export function exampleSections(name: string, programOf: (path: string) => string): string {
  const shown = SHOWN[name];
  if (shown === undefined) throw new Error(`${EXAMPLES} has no example for ${name}: add one to SHOWN.`);
  const programs = Object.entries(LANGUAGE_FILES).map(
    ([language, file]) =>
      `\`\`\`${language}\n${programOf(`${EXAMPLES}/${shown.folder}/${file}`).trim()}\n\`\`\``,
  );
  const sections = [
    "{{% examples %}}\n## Example Usage",
    `{{% example %}}\n### ${shown.title}`,
    ...programs,
    "{{% /example %}}\n{{% /examples %}}",
  ];
  const imported = shown.imported === undefined ? [] : ["## Import", shown.imported];
  return [...sections, ...imported].join("\n\n");
}

export function readProgram(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}
