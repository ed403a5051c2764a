import { TEXTS, type Language, type Texts } from "./texts.ts";

/** The page in a language. What changes on it comes with the events, so that it holds nothing of the account. */
export function pageHtml(language: Language): string {
  const texts = TEXTS[language];
  const { title, filter, show, all, toPair, allConnected, nothingFound, needsScript } = escaped(texts);
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    <link rel="icon" href="icon.svg" />
    <link rel="stylesheet" href="page.css" />
    <script id="texts" type="application/json">${JSON.stringify(texts).replaceAll("<", "\\u003c")}</script>
    <script src="page.js" defer></script>
  </head>
  <body>
    <header>
      <h1>${title}</h1>
      <p id="count"></p>
      <progress id="progress" value="0" max="1" aria-labelledby="count"></progress>
      <search>
        <label>
          <span class="unseen">${filter}</span>
          <input id="filter" type="search" placeholder="${filter}" autocomplete="off" aria-keyshortcuts="/" />
        </label>
        <fieldset>
          <legend class="unseen">${show}</legend>
          ${choice("all", all, true)} ${choice("toPair", toPair)} ${choice("connected", allConnected)}
        </fieldset>
      </search>
    </header>
    <main>
      <p id="notice" role="status" hidden></p>
      <ul id="cards"></ul>
      <p id="nothing" hidden>${nothingFound}</p>
      <noscript><p>${needsScript}</p></noscript>
    </main>
    <div id="announcements" class="unseen" aria-live="polite"></div>
    <template id="card">${cardHtml(escaped(texts))}</template>
  </body>
</html>
`;
}

function choice(value: string, label: string, isChecked = false): string {
  return `<label><input type="radio" name="shown" value="${value}"${isChecked ? " checked" : ""} /><span>${label}</span></label>`;
}

function cardHtml({ showQrCode, usePairingCode, close, number, numberHint, getCode }: Texts): string {
  return `
      <li class="card">
        <div class="head">
          <h2 tabindex="-1"></h2>
          <p class="state"></p>
        </div>
        <p class="number"></p>
        <p class="problem" hidden></p>
        <div class="choice">
          <button type="button" class="qr-code">${showQrCode}</button>
          <button type="button" class="pairing-code">${usePairingCode}</button>
        </div>
        <form hidden>
          <label><span>${number}</span><input type="tel" autocomplete="off" /></label>
          <p class="hint">${numberHint}</p>
          <div class="choice">
            <button type="submit">${getCode}</button>
            <button type="button" class="cancel">${close}</button>
          </div>
        </form>
        <div class="code" hidden>
          <p class="how"></p>
          <svg role="img" shape-rendering="crispEdges" hidden><path /></svg>
          <img alt="" hidden />
          <p class="typed" hidden></p>
          <p class="renewal"></p>
          <button type="button" class="close">${close}</button>
        </div>
      </li>
    `;
}

function escaped(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([key, text]) => [key, escapedText(text as string)] as const);
  return Object.fromEntries(entries) as unknown as Texts;
}

function escapedText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A phone with a tick, which is legible at 16 pixels on light and dark tabs. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="3" width="10" height="16" rx="2" fill="#12805c"/><path d="M5.5 8l2 2 3.5-4" fill="none" stroke="#fff" stroke-width="1.6"/></svg>`;
