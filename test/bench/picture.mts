const SIZE = { width: 920, height: 640 };
const PANEL = { width: 360, height: 200 };
const ORIGINS = [
  [84, 96],
  [530, 96],
  [84, 372],
  [530, 372],
] as const;

/** A card with a background of its own, which reads on a light page as well as on a dark one. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 } .panel { font-weight: 600 } .small { font-size: 11px; fill: #59636e }
  .card { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #e4e8ec } .axis { stroke: #818b98 }
  .line { fill: none; stroke-width: 2.5 } .ours { stroke: #0969da } .other { stroke: #1a7f37 } .baseline { stroke: #bc4c00 }
  .floor { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 2 4 } .computed { stroke-dasharray: 7 5 }
  circle.ours { fill: #0969da } circle.other { fill: #1a7f37 } circle.baseline { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .card { fill: #0d1117; stroke: #3d444d }
    .grid { stroke: #21262d } .axis { stroke: #9198a1 } .floor { stroke: #f0f6fc }
    .ours { stroke: #4493f8 } .other { stroke: #3fb950 } .baseline { stroke: #f0883e }
    circle.ours { fill: #4493f8 } circle.other { fill: #3fb950 } circle.baseline { fill: #f0883e }
  }
`;

export interface Point {
  readonly instances: number;
  readonly seconds: number;
}

/** A line of a panel. Its style is one of the style sheet's, such as `ours`. */
export interface Series {
  readonly style: string;
  readonly points: readonly Point[];
  readonly hasDots: boolean;
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

/** Up to four panels with seconds over the number of instances, both logarithmic. */
export interface Picture {
  /** For who cannot see it. */
  readonly description: string;
  readonly title: string;
  /** Style, text, and where the entry begins. */
  readonly legend: readonly (readonly [style: string, text: string, x: number])[];
  readonly panels: readonly Panel[];
  readonly footnote: string;
  readonly sizes: readonly number[];
  readonly times: readonly (readonly [seconds: number, text: string])[];
}

/** The picture as an SVG document. */
export function drawn(picture: Picture): string {
  const panels = picture.panels.map((each, index) => {
    const [x, y] = ORIGINS[index] ?? [0, 0];
    return `<g transform="translate(${x} ${y})">${panel(picture, each)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${picture.description}">`,
    `<style>${STYLE}</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${SIZE.width - 1}" height="${SIZE.height - 1}" rx="8"/>`,
    label(24, 32, picture.title, "title"),
    ...picture.legend.map(([style, text, x]) => {
      return `<path class="line ${style}" d="M${x} 56h28"/>${label(x + 36, 60, text)}`;
    }),
    ...panels,
    label(24, SIZE.height - 16, picture.footnote, "small"),
    "</svg>",
    "",
  ].join("\n");
}

function panel({ sizes, times }: Picture, { title, series }: Panel): string {
  const x = scale([1, sizes.at(-1) ?? 1], PANEL.width);
  const fromBelow = scale([times[0]?.[0] ?? 1, times.at(-1)?.[0] ?? 1], PANEL.height);
  const y = (seconds: number) => Math.round((PANEL.height - fromBelow(seconds)) * 10) / 10;
  return [
    label(0, -10, title, "panel"),
    ...times.map(([seconds, text]) => {
      return `<path class="grid" d="M0 ${y(seconds)}H${PANEL.width}"/>${label(-8, y(seconds) + 4, text, "small", "end")}`;
    }),
    ...sizes.map((instances) => {
      const text = instances.toLocaleString("en");
      return `<path class="grid" d="M${x(instances)} 0V${PANEL.height}"/>${label(x(instances), PANEL.height + 16, text, "small", "middle")}`;
    }),
    `<path class="axis" fill="none" d="M0 0V${PANEL.height}H${PANEL.width}"/>`,
    label(PANEL.width / 2, PANEL.height + 34, "instances", "small", "middle"),
    `<text class="small" text-anchor="middle" transform="translate(-58 ${PANEL.height / 2}) rotate(-90)">wall time</text>`,
    ...series.map(({ style, points }) => {
      if (points.length < 2) return "";
      const path = points.map(({ instances, seconds }) => `${x(instances)} ${y(seconds)}`).join("L");
      return `<path class="line ${style}" d="M${path}"/>`;
    }),
    ...series
      .filter(({ hasDots }) => hasDots)
      .flatMap(({ style, points }) =>
        points.map(({ instances, seconds }) => {
          return `<circle class="${style}" cx="${x(instances)}" cy="${y(seconds)}" r="3.5"/>`;
        }),
      ),
  ].join("\n");
}

function scale([lowest, highest]: readonly [number, number], length: number): (value: number) => number {
  const span = Math.log(highest) - Math.log(lowest);
  return (value) => {
    const share = (Math.log(Math.max(value, lowest)) - Math.log(lowest)) / span;
    return Math.round(share * length * 10) / 10;
  };
}

function label(x: number, y: number, text: string, style = "", anchor = "start"): string {
  return `<text x="${x}" y="${y}" class="${style}" text-anchor="${anchor}">${text}</text>`;
}
