import { lint } from "markdownlint/sync";
import { parse } from "yaml";

/** What Pulumi's Registry checks of the two pages that it takes from the repository of a package. */
export function problemsOf(page: string): string[] {
  return [
    ...frontMatterProblems(page),
    ...headingProblems(page),
    ...linkProblems(page),
    ...chooserProblems(page),
    ...markdownProblems(page),
  ];
}

/** The rules that the Registry turns off, as its own linter has them. */
const TURNED_OFF =
  "MD004 MD007 MD009 MD010 MD012 MD013 MD014 MD022 MD023 MD024 MD025 MD026 MD028 MD029 MD031 MD032 MD033 MD034 MD036 MD038 " +
  "MD040 MD046 MD047";

function markdownProblems(page: string): string[] {
  const config = Object.fromEntries(TURNED_OFF.split(" ").map((rule) => [rule, false]));
  const { page: found = [] } = lint({ strings: { page }, config });
  return found.map(({ lineNumber, ruleDescription }) => `line ${lineNumber}: ${ruleDescription}`);
}

/** Without it at the very beginning, the Registry takes no page. */
function frontMatterProblems(page: string): string[] {
  const [, text] = /^---\n([^]*?)\n---\n/.exec(page) ?? [];
  if (text === undefined) return ["the page does not begin with a front matter"];
  const values = parse(text) as Record<string, string | undefined>;
  return [
    ...["title", "meta_desc"].filter((key) => !values[key]?.trim()).map((key) => `no ${key}`),
    ...(values["layout"] === "package" ? [] : ["the layout is not package"]),
  ];
}

/** The heading of the first level is the title. */
function headingProblems(page: string): string[] {
  return [...withoutCode(page).matchAll(/^# .*$/gm)].map(([heading]) => `a second title: ${heading}`);
}

/** What the Registry does not find: it has neither the repository's files nor its other pages. */
const BROKEN_THERE = [
  /<img[^>]+src=["'](?!http)/,
  /!\[[^\]]*\]\([./]/,
  /<a[^>]+href="[./]/,
  /\]\((?!https?:\/\/)/,
];

function linkProblems(page: string): string[] {
  return withoutCode(page)
    .split("\n")
    .filter((line) => BROKEN_THERE.some((pattern) => pattern.test(line)))
    .map((line) => `a link that is broken in the Registry: ${line}`);
}

/** Every language that a chooser offers has a part with code, and no other has one. Hugo wants its marks exactly so. */
function chooserProblems(page: string): string[] {
  const text = withoutCode(page);
  const marks = [...text.matchAll(/^.*\{\{.*$/gm)].map(([line]) => line);
  const known =
    /^(\{\{< (chooser language "[a-z,]+"|\/chooser) >\}\}|\{\{% (choosable language [a-z]+|\/choosable) %\}\})$/;
  const choosers = [
    ...page.matchAll(/^\{\{< chooser language "(.*)" >\}\}\n([^]*?)^\{\{< \/chooser >\}\}$/gm),
  ];
  return [
    ...marks.filter((line) => !known.test(line)).map((line) => `no mark that Hugo knows: ${line}`),
    ...(choosers.length === 0 ? ["no chooser of languages"] : []),
    ...choosers.flatMap(([, offered = "", parts = ""]) => {
      const found = [
        ...parts.matchAll(/^\{\{% choosable language (\w+) %\}\}\n([^]*?)^\{\{% \/choosable %\}\}$/gm),
      ];
      const withCode = found
        .filter(([, , part = ""]) => part.includes("```"))
        .map(([, language]) => language);
      return withCode.join(",") === offered
        ? []
        : [`a chooser offers ${offered}, and has ${withCode.join(",")}`];
    }),
  ];
}

/** The programs of a page, by their language, under one heading. */
export function programsUnder(page: string, heading: string): Record<string, string> {
  const section = page.slice(page.indexOf(`\n${heading}\n`));
  const chooser = /^\{\{< chooser [^]*?^\{\{< \/chooser >\}\}$/m.exec(section)?.[0] ?? "";
  return Object.fromEntries(
    [...chooser.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", text = ""]) => [
      language,
      text,
    ]),
  );
}

function withoutCode(page: string): string {
  return page.replaceAll(/^```[^]*?^```$/gm, "");
}
