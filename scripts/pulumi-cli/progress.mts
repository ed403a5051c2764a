import type { Surroundings } from "./surroundings.mts";

type Listener = Pick<Surroundings, "report" | "progress">;

/** Waits for `work`; meanwhile says how it stands: every second where that line is rewritten, else every 20 seconds. */
export async function whileWaiting<T>(
  { report, progress }: Listener,
  state: () => string,
  work: Promise<T>,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(
    () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      (progress ?? report)(
        `${state()}, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
      );
    },
    progress ? 1000 : 20_000,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** For commands: lines go to stderr; on a terminal, progress is one line that is rewritten. */
export function toStderr(): Listener {
  const { stderr } = process;
  if (!stderr.isTTY) {
    return { report: (line) => stderr.write(`${line}\n`) };
  }
  const eraseLine = "\r\u001b[K";
  return {
    report: (line) => stderr.write(`${eraseLine}${line}\n`),
    progress: (line) => stderr.write(`${eraseLine}${line.slice(0, stderr.columns - 1)}`),
  };
}
