import { encode } from "uqr";

/** Modules of white around a code, without which cameras do not find it. */
const QUIET_ZONE = 4;

/** A QR code as one path of an SVG: each run of dark modules is a rectangle of height 1. */
export function drawingOf(payload: string): { readonly size: number; readonly path: string } {
  const { data: rows, size } = encode(payload, { border: QUIET_ZONE });
  const runs = rows.flatMap((row, y) => {
    const text = row.map((isDark) => (isDark ? "#" : " ")).join("");
    return [...text.matchAll(/#+/g)].map(
      ({ 0: { length }, index }) => `M${index} ${y}h${length}v1h-${length}z`,
    );
  });
  return { size, path: runs.join("") };
}
