import type { CardState, CardView, ProblemView } from "../view.ts";
import { close, showPairingCode, showQrCode } from "./actions.ts";
import { Code } from "./code.ts";
import { filled, part, showText, texts } from "./dom.ts";

const STATES: Readonly<Record<CardState, string>> = {
  connected: texts.connected,
  notConnected: texts.notConnected,
  loggedOut: texts.loggedOut,
  banned: texts.banned,
  gone: texts.gone,
};

const template = part(document, "template#card", HTMLTemplateElement);

/** The element of one instance; it stays the same, so that focus and what is typed survive every change. */
export class Card {
  readonly element: HTMLLIElement;
  view: CardView;
  readonly #heading: HTMLHeadingElement;
  readonly #choice: HTMLElement;
  readonly #form: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #code: Code;

  constructor(view: CardView, id: string) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = part(copy, "li", HTMLLIElement);
    this.view = view;
    this.#heading = part(copy, "h2", HTMLHeadingElement);
    this.#choice = part(copy, ".card > .choice", HTMLElement);
    this.#form = part(copy, "form", HTMLFormElement);
    this.#input = part(copy, "input", HTMLInputElement);
    this.#code = new Code(part(copy, ".code", HTMLElement), view.name);
    this.#heading.textContent = view.name;
    this.#label(id);
    this.#listen();
    this.update(view);
  }

  update(view: CardView): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.view = view;
    const { state, number, pairing, problem } = view;
    const isWaiting = pairing?.code != null;
    this.element.dataset["state"] = isWaiting ? "waiting" : state;
    this.#text(".state", isWaiting ? texts.waitingForPhone : STATES[state]);
    this.#text(".number", number === null ? undefined : `+${number}`);
    this.#text(".problem", problem === null ? undefined : wordsFor(problem));
    this.#code.show(pairing);
    const isPairable = state !== "connected" && state !== "gone" && pairing === null;
    if (!isPairable) this.#form.hidden = true;
    this.#choice.hidden = !isPairable || !this.#form.hidden;
    if (hadFocus) this.#keepFocus();
  }

  tick(now: number): void {
    this.#code.tick(now);
  }

  #text(selector: string, text: string | undefined): void {
    showText(part(this.element, selector, HTMLElement), text);
  }

  /** The same words stand on every card, so each button is named with its instance too. */
  #label(id: string): void {
    this.#heading.id = id;
    this.element.setAttribute("aria-labelledby", id);
    for (const [index, button] of this.element.querySelectorAll("button").entries()) {
      button.id = `${id}-${index}`;
      button.setAttribute("aria-labelledby", `${button.id} ${id}`);
    }
    const hint = part(this.element, ".hint", HTMLElement);
    hint.id = `${id}-hint`;
    this.#input.setAttribute("aria-describedby", hint.id);
  }

  #listen(): void {
    const { name } = this.view;
    const on = (selector: string, act: () => void) => {
      part(this.element, selector, HTMLButtonElement).addEventListener("click", act);
    };
    on(".qr-code", () => void showQrCode(name));
    on(".pairing-code", () => {
      this.#showForm(true);
    });
    on(".cancel", () => {
      this.#showForm(false);
    });
    on(".close", () => void close(name));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#askForCode();
    });
    this.#input.addEventListener("input", () => {
      this.#tellNumber(true);
    });
    this.element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#goBack();
    });
  }

  async #askForCode(): Promise<void> {
    const isNumber = await showPairingCode(this.view.name, this.#input.value);
    this.#tellNumber(isNumber);
    if (!isNumber) this.#input.focus();
  }

  #tellNumber(isRight: boolean): void {
    this.#text(".hint", isRight ? texts.numberHint : texts.numberWrong);
    this.#input.setAttribute("aria-invalid", String(!isRight));
  }

  #goBack(): void {
    if (this.view.pairing !== null) void close(this.view.name);
    else if (!this.#form.hidden) this.#showForm(false);
  }

  #showForm(isShown: boolean): void {
    this.#form.hidden = !isShown;
    this.#choice.hidden = isShown;
    if (isShown) this.#input.focus();
    else part(this.element, ".pairing-code", HTMLButtonElement).focus();
  }

  /** What had it may be hidden now: on with what takes its place. */
  #keepFocus(): void {
    if (document.activeElement !== document.body && isVisible(document.activeElement)) return;
    const next = [...this.element.querySelectorAll<HTMLElement>(".close, .qr-code")].find(isVisible);
    (next ?? this.#heading).focus();
  }
}

function isVisible(element: Element | null): boolean {
  return element?.checkVisibility() ?? false;
}

export function wordsFor(problem: ProblemView): string {
  switch (problem.is) {
    case "banned":
      return texts.failedBanned;
    case "loggedOut":
      return texts.failedLoggedOut;
    case "timedOut":
      return texts.failedTimedOut;
    case "other":
      return filled(texts.failed, { message: problem.message });
  }
}
