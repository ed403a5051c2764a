import type { Report, ReportedFinding } from "./report.ts";
import { shortly } from "./report.ts";

/** The report as people read it and paste it into an issue. */
export function markdownOf(report: Report): string {
  const { service, sent, steps, complete } = report;
  const { limit } = service;
  const readings = Object.entries(report.readings);
  return [
    "# What a RyzeAPI answered",
    "",
    "Made by `npx ryzeapi probe`. No secret, number, name or address of the account is in it: of answers it shows keys",
    "and types only.",
    "",
    `- Endpoint: ${service.endpoint}; it ${service.isRyzeApi ? "says" : "does not say"} that it is RyzeAPI`,
    `- Clock: ${service.clockAheadSeconds} s ahead of the probe's`,
    `- Limit: ${limit === null ? "not told" : `${limit.remaining} of ${limit.limit} calls were left in the end`}`,
    `- Steps: ${steps.join(", ")}; ${sent.creations} creations, ${sent.calls} other calls`,
    ...(complete ? [] : ["- **It ended early**; not everything was asked"]),
    "",
    "## Readings",
    "",
    "| reading | answer | what is asked |",
    "| --- | --- | --- |",
    ...readings.map(([key, finding]) => row([`\`${key}\``, longly(finding), finding.asks])),
    "",
    ...seenOtherwise(readings),
    "## What the provider reads",
    "",
    "| answer | as | fits | told |",
    "| --- | --- | --- | --- |",
    ...report.fits.map(({ answer, as, fits, told }) =>
      row([`\`${answer}\``, as, fits ? "yes" : "**no**", told.join(", ")]),
    ),
    "",
    "## Shapes of the answers",
    "",
    ...report.answers.flatMap(({ call, shapes }) => [
      `\`${call}\``,
      "",
      ...shapes.map((shape) => `    ${shape}`),
      "",
    ]),
  ].join("\n");
}

function longly(finding: ReportedFinding): string {
  if ("reading" in finding) return `\`${String(finding.reading)}\``;
  if ("neither" in finding) return "**neither**";
  return `${shortly(finding)} (${finding.notObservable})`;
}

function seenOtherwise(readings: readonly (readonly [string, ReportedFinding])[]): string[] {
  const otherwise = readings.flatMap(([key, finding]) =>
    "neither" in finding ? [`\`${key}\``, "", ...finding.neither.map((seen) => `    ${seen}`), ""] : [],
  );
  return otherwise.length === 0 ? [] : ["## Neither", "", ...otherwise];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
