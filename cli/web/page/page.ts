import type { BoardView, CardView, PageEvents, ServiceView } from "../view.ts";
import { Card, wordsFor } from "./card.ts";
import { filled, part, showText, texts } from "./dom.ts";

const list = part(document, "#cards", HTMLUListElement);
const filter = part(document, "#filter", HTMLInputElement);
const cards = new Map<string, Card>();
let service: ServiceView = { is: "well" };
let command: "answers" | "lost" | "over" = "answers";

function takeBoard(board: BoardView): void {
  for (const view of board.cards) {
    const known = cards.get(view.name);
    if (known !== undefined) known.update(view);
    else {
      const card = new Card(view, `instance-${cards.size}`);
      cards.set(view.name, card);
      list.append(card.element);
    }
  }
  service = board.service;
  showAll();
}

function takeCard(view: CardView): void {
  const card = cards.get(view.name);
  if (card === undefined) return;
  const before = card.view;
  card.update(view);
  showAll();
  const news = newsOf(view, before);
  if (news !== undefined) announce(news);
}

/** What somebody who does not see the page has to know of a change. */
function newsOf({ name, state, pairing, problem }: CardView, before: CardView): string | undefined {
  if (state === "connected" && before.state !== "connected")
    return `${filled(texts.announceConnected, { name })} ${countText()}`;
  if (pairing?.code != null && before.pairing?.code == null) return filled(texts.announceCode, { name });
  if (problem !== null && before.problem === null)
    return `${filled(texts.announceFailed, { name })} ${wordsFor(problem)}`;
  return undefined;
}

/** A line of its own, so that news at the same moment are all read out. */
function announce(news: string): void {
  const announcements = part(document, "#announcements", HTMLElement);
  const line = document.createElement("p");
  line.textContent = news;
  announcements.append(line);
  if (announcements.childElementCount > 10) announcements.firstElementChild?.remove();
}

function showAll(): void {
  showCount();
  showNotice();
  showMatches();
}

function counts(): { connected: number; total: number } {
  const states = [...cards.values()].map(({ view: { state } }) => state);
  return {
    connected: states.filter((state) => state === "connected").length,
    total: states.filter((state) => state !== "gone").length,
  };
}

function countText(): string {
  return filled(texts.count, counts());
}

function showCount(): void {
  const { connected, total } = counts();
  showText(part(document, "#count", HTMLElement), countText());
  const progress = part(document, "#progress", HTMLProgressElement);
  progress.max = Math.max(1, total);
  progress.value = connected;
  document.title = `${connected}/${total} · ${texts.title}`;
}

function showNotice(): void {
  const notice = part(document, "#notice", HTMLElement);
  notice.dataset["tone"] = command === "answers" ? service.is : command;
  showText(notice, noticeText());
}

function noticeText(): string | undefined {
  if (command === "over") return texts.over;
  if (command === "lost") return texts.commandLost;
  switch (service.is) {
    case "waiting":
      return texts.serviceWaiting;
    case "failing":
      return filled(texts.serviceFailing, { message: service.message });
    case "well":
      return undefined;
  }
}

function showMatches(): void {
  const words = filter.value.trim().toLowerCase();
  const shown = document.querySelector<HTMLInputElement>("input[name=shown]:checked")?.value;
  let matches = 0;
  for (const { element, view } of cards.values()) {
    const { name, number, state } = view;
    const isWanted = shown === "all" || (shown === "connected") === (state === "connected");
    const isFound = name.toLowerCase().includes(words) || `+${number ?? ""}`.includes(words);
    element.hidden = !isWanted || !isFound;
    if (!element.hidden) matches += 1;
  }
  part(document, "#nothing", HTMLElement).hidden = matches > 0 || cards.size === 0;
}

function listen(): void {
  const events = new EventSource("events");
  const on = <Name extends keyof PageEvents>(name: Name, take: (data: PageEvents[Name]) => void) => {
    events.addEventListener(name, ({ data }: MessageEvent<string>) => {
      take(JSON.parse(data) as PageEvents[Name]);
    });
  };
  const tell = (state: typeof command) => {
    command = state;
    showNotice();
  };
  on("board", takeBoard);
  on("card", takeCard);
  on("service", (view) => {
    service = view;
    showNotice();
  });
  on("over", () => {
    events.close();
    tell("over");
  });
  events.addEventListener("open", () => {
    tell("answers");
  });
  events.addEventListener("error", () => {
    tell("lost");
  });
}

filter.addEventListener("input", showMatches);
for (const radio of document.querySelectorAll("input[name=shown]"))
  radio.addEventListener("change", showMatches);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  filter.focus();
});
setInterval(() => {
  for (const card of cards.values()) card.tick(performance.now());
}, 250);
listen();
