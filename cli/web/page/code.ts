import type { CardView, CodeView } from "../view.ts";
import { filled, part, showText, texts } from "./dom.ts";

const WIDEST = 336;

/** As wide as there is room, so that each module takes whole pixels of the screen: no edge is blurred. */
function crispWidth(modules: number, room: number): number {
  const pixels = Math.min(room, WIDEST) * devicePixelRatio;
  return (Math.max(1, Math.floor(pixels / Math.max(1, modules))) * modules) / devicePixelRatio;
}

/** The code of an open card, and when the next one comes. */
export class Code {
  readonly #element: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #picture: HTMLImageElement;
  /** On the page's clock; undefined where no code is shown. */
  #renewedAt: number | undefined;

  constructor(element: HTMLElement, name: string) {
    this.#element = element;
    this.#svg = part(element, "svg", SVGSVGElement);
    this.#picture = part(element, "img", HTMLImageElement);
    const label = filled(texts.qrCodeOf, { name });
    this.#svg.setAttribute("aria-label", label);
    this.#picture.alt = label;
    new ResizeObserver(() => {
      this.#fit();
    }).observe(element);
  }

  show(pairing: CardView["pairing"]): void {
    this.#element.hidden = pairing === null;
    if (pairing === null) return;
    const { by, code } = pairing;
    this.#text(".how", by === "qrCode" ? texts.howToScan : texts.howToType);
    this.#text(".typed", code?.is === "text" ? code.text : undefined);
    this.#draw(code);
    this.#renewedAt = code === null ? undefined : performance.now() + code.renewsInMs;
    this.tick(performance.now());
  }

  tick(now: number): void {
    if (this.#element.hidden) return;
    this.#text(".renewal", this.#renewal(now));
  }

  #renewal(now: number): string {
    if (this.#renewedAt === undefined) return texts.asking;
    const seconds = Math.ceil((this.#renewedAt - now) / 1_000);
    return seconds > 0 ? filled(texts.renewal, { seconds }) : texts.renewing;
  }

  #draw(code: CodeView | null): void {
    this.#svg.toggleAttribute("hidden", code?.is !== "drawing");
    this.#picture.hidden = code?.is !== "picture";
    if (code?.is === "picture") this.#picture.src = code.address;
    if (code?.is !== "drawing") return;
    this.#svg.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
    part(this.#svg, "path", SVGPathElement).setAttribute("d", code.path);
    this.#fit();
  }

  #fit(): void {
    const width = String(crispWidth(this.#svg.viewBox.baseVal.width, this.#element.clientWidth));
    this.#svg.setAttribute("width", width);
    this.#svg.setAttribute("height", width);
  }

  #text(selector: string, text: string | undefined): void {
    showText(part(this.#element, selector, HTMLElement), text);
  }
}
