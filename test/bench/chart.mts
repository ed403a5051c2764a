import {
  baselineWindows,
  CASES,
  floorSeconds,
  hadToWait,
  type Case,
  type Measurement,
} from "./measurement.mts";
import type { Report } from "./report.mts";

const TITLES = {
  create: CASES.create,
  refresh: "refresh, listing complete",
  change: CASES.change,
  destroy: CASES.destroy,
} as const;
type Panel = keyof typeof TITLES;
const PANELS: readonly Panel[] = ["create", "refresh", "change", "destroy"];
const SIZE = { width: 920, height: 640 };
const PANEL = { width: 360, height: 200 };
const ORIGINS = [
  [84, 96],
  [530, 96],
  [84, 372],
  [530, 372],
] as const;
const SIZES_SHOWN = [1, 20, 100, 500, 2000];
const TIMES_SHOWN: readonly [number, string][] = [
  [0.1, "0.1 s"],
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
  [3_600, "1 h"],
  [36_000, "10 h"],
];

/** A card with a background of its own, which reads on a light page as well as on a dark one. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 } .panel { font-weight: 600 } .small { font-size: 11px; fill: #59636e }
  .card { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #e4e8ec } .axis { stroke: #818b98 }
  .line { fill: none; stroke-width: 2.5 } .ours { stroke: #0969da } .baseline { stroke: #bc4c00 }
  .floor { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 2 4 } .computed { stroke-dasharray: 7 5 }
  circle.ours { fill: #0969da } circle.baseline { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .card { fill: #0d1117; stroke: #3d444d }
    .grid { stroke: #21262d } .axis { stroke: #9198a1 } .floor { stroke: #f0f6fc }
    .ours { stroke: #4493f8 } .baseline { stroke: #f0883e }
    circle.ours { fill: #4493f8 } circle.baseline { fill: #f0883e }
  }
`;

interface Point {
  readonly instances: number;
  readonly seconds: number;
}

/** Time of each operation over the size of the fleet, both logarithmic, as an SVG document. */
export function chart(report: Report): string {
  const panels = PANELS.map((kind, index) => {
    const [x, y] = ORIGINS[index] ?? [0, 0];
    return `<g transform="translate(${x} ${y})">${panel(report, kind)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="Time of create, refresh, a change of one field and destroy over the number of instances">`,
    `<style>${STYLE}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${SIZE.width - 1}" height="${SIZE.height - 1}" rx="8"/>`,
    label(
      24,
      32,
      "Time of an operation under RyzeAPI's limits (20 creates, 100 calls a minute and token)",
      "title",
    ),
    legend(),
    ...panels,
    label(24, SIZE.height - 16, footnote(report), "small"),
    "</svg>",
    "",
  ].join("\n");
}

function footnote({ window }: Report): string {
  return (
    `Measured on the emulator with windows of ${window.seconds} s instead of a minute: times with waits in them are shown ` +
    `${window.factor} times as long, all others as they were.`
  );
}

function legend(): string {
  const entries = [
    ["ours", "pulumi-ryzeapi"],
    ["baseline", "plain dynamic provider"],
    ["baseline computed", "the same, not run: the least that the limits allow"],
    ["floor", "least possible"],
  ] as const;
  const starts = [24, 170, 366, 716];
  return entries
    .map(([style, text], index) => {
      const x = starts[index] ?? 0;
      return `<path class="line ${style}" d="M${x} 56h28"/>${label(x + 36, 60, text)}`;
    })
    .join("");
}

function panel({ fleets, window }: Report, kind: Panel): string {
  const ours = pointsOf(fleets, "pulumi-ryzeapi", kind, window.factor);
  const baseline = pointsOf(fleets, "baseline", kind, window.factor);
  const largest = baseline.at(-1);
  const beyond = ours
    .filter(({ instances }) => largest !== undefined && instances > largest.instances)
    .map(({ instances }) => ({ instances, seconds: (baselineWindows(kind, instances) - 1) * 60 }));
  const floor = ours
    .map(({ instances }) => ({ instances, seconds: floorSeconds(kind, instances) * window.factor }))
    .filter(({ seconds }) => seconds > 0);
  return [
    label(0, -10, TITLES[kind], "panel"),
    ...TIMES_SHOWN.map(([seconds, text]) => {
      const y = yOf(seconds);
      return `<path class="grid" d="M0 ${y}H${PANEL.width}"/>${label(-8, y + 4, text, "small", "end")}`;
    }),
    ...SIZES_SHOWN.map((instances) => {
      const x = xOf(instances);
      return `<path class="grid" d="M${x} 0V${PANEL.height}"/>${label(x, PANEL.height + 16, instances.toLocaleString("en"), "small", "middle")}`;
    }),
    `<path class="axis" fill="none" d="M0 0V${PANEL.height}H${PANEL.width}"/>`,
    label(PANEL.width / 2, PANEL.height + 34, "instances", "small", "middle"),
    `<text class="small" text-anchor="middle" transform="translate(-58 ${PANEL.height / 2}) rotate(-90)">wall time</text>`,
    beyond.length === 0 || largest === undefined ? "" : line([largest, ...beyond], "baseline computed"),
    line(baseline, "baseline"),
    line(ours, "ours"),
    ...baseline.map((point) => dot(point, "baseline")),
    ...ours.map((point) => dot(point, "ours")),
    line(floor, "floor"),
  ].join("\n");
}

/** As with windows of a minute: what had to wait is lengthened as a whole, which counts the work in it too long. */
function pointsOf(
  fleets: readonly Measurement[],
  provider: Measurement["provider"],
  kind: Case,
  factor: number,
): Point[] {
  return fleets
    .filter((measurement) => measurement.provider === provider && measurement.case === kind)
    .map(({ instances, seconds, requests }) => {
      return { instances, seconds: hadToWait(requests) ? seconds * factor : seconds };
    });
}

function line(points: readonly Point[], style: string): string {
  if (points.length < 2) return "";
  const path = points.map(({ instances, seconds }) => `${xOf(instances)} ${yOf(seconds)}`).join("L");
  return `<path class="line ${style}" d="M${path}"/>`;
}

function dot({ instances, seconds }: Point, style: string): string {
  return `<circle class="${style}" cx="${xOf(instances)}" cy="${yOf(seconds)}" r="3.5"/>`;
}

function label(x: number, y: number, text: string, style = "", anchor = "start"): string {
  return `<text x="${x}" y="${y}" class="${style}" text-anchor="${anchor}">${text}</text>`;
}

function xOf(instances: number): number {
  return Math.round((Math.log(instances) / Math.log(2_000)) * PANEL.width * 10) / 10;
}

function yOf(seconds: number): number {
  const [lowest, highest] = [Math.log(0.05), Math.log(36_000)];
  const share = (Math.log(Math.max(seconds, 0.05)) - lowest) / (highest - lowest);
  return Math.round((1 - share) * PANEL.height * 10) / 10;
}
