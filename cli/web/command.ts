import { cleanMessage } from "../../provider/ryzeapi/errors.ts";
import { accountClient } from "../account.ts";
import { LOOK_EVERY_MS } from "../pairing.ts";
import { endProgress, showProgress } from "../progress.ts";
import { watching } from "../watching.ts";
import { Board } from "./board.ts";
import { openInBrowser } from "./browser.ts";
import { fleetOf } from "./fleet.ts";
import { outputFor } from "./output.ts";
import { PageServer } from "./server.ts";
import { Streams } from "./streams.ts";

/** While the page is open nowhere, which leaves more of the account's limit to others. */
const UNSEEN_LOOK_EVERY_MS = 2 * LOOK_EVERY_MS;

export interface WebOptions {
  /** None: those of the stack. */
  readonly names: readonly string[];
  readonly stack: string | undefined;
  /** How long a card stays open. */
  readonly seconds: number;
  readonly isJson: boolean;
  /** Whether it goes on when all are connected. */
  readonly isKept: boolean;
}

/** Serves the page until all instances are connected. */
export async function pairInBrowser({ names, stack, seconds, isJson, isKept }: WebOptions): Promise<void> {
  showProgress("Reading the account…");
  const account = await accountClient(stack);
  const fleet = await fleetOf(account, names, stack);
  endProgress();
  const output = outputFor(isJson);
  const streams = new Streams();
  const board = new Board(fleet, {
    account,
    seconds,
    watched: () => streams.watched(),
    report: {
      changed: ({ view }) => {
        streams.send("card", view);
      },
      service: (view) => {
        streams.send("service", view);
      },
      shown: ({ name }, code, renewedAt) => {
        output.code(name, code, renewedAt);
      },
      connected: ({ name, numberJid }) => {
        output.connected(name, numberJid, board.counts);
      },
      failed: ({ name }, error) => {
        output.failed(name, cleanMessage(error.message, []));
      },
    },
  });
  const isOver = () => !isKept && board.counts.connected === board.counts.total;
  if (isOver()) {
    output.over(board.counts);
    return;
  }
  const server = await PageServer.start(board, streams);
  output.page(server.link);
  openInBrowser(server.link);
  try {
    const pause = () => (streams.isWatched ? LOOK_EVERY_MS : UNSEEN_LOOK_EVERY_MS);
    for await (const sight of watching(account, pause)) {
      await board.take(sight);
      if (isOver()) break;
    }
    output.over(board.counts);
    streams.send("over", null);
    await streams.end();
  } finally {
    server.close();
  }
}
