const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const END_OF_LINE = "\u001b[K\r\n";
const REST_OF_SCREEN = "\u001b[J";

/**
 * The terminal's second screen, without a cursor: what is drawn stands in the place of what was drawn before, whatever
 * size the window is given, and none of it stays behind in the terminal's history. Lines that are too long are cut.
 */
export class SecondScreen {
  readonly #lines: () => readonly string[];
  #clock: NodeJS.Timeout | undefined;

  constructor(lines: () => readonly string[]) {
    this.#lines = lines;
  }

  /** Draws, from the first time on once a second, for clocks on it, and in a window of another size. */
  draw(): void {
    if (this.#clock === undefined) this.#open();
    this.#write();
  }

  #open(): void {
    process.stdout.write(ENTER);
    process.on("exit", this.close);
    process.stdout.on("resize", this.#write);
    this.#clock = setInterval(this.#write, 1_000);
  }

  close = (): void => {
    if (this.#clock === undefined) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
    process.stdout.off("resize", this.#write);
    process.off("exit", this.close);
    process.stdout.write(LEAVE);
  };

  #write = (): void => {
    process.stdout.write(HOME + this.#lines().join(END_OF_LINE) + REST_OF_SCREEN);
  };
}
