/** What the page shows of one instance. */
export interface CardView {
  readonly name: string;
  readonly state: CardState;
  /** Such as 5511999999999. */
  readonly number: string | null;
  readonly pairing: PairingView | null;
  readonly problem: ProblemView | null;
}

export type CardState = "connected" | "notConnected" | "loggedOut" | "banned" | "gone";

/** An open card: without a code while RyzeAPI is asked for one. */
export interface PairingView {
  readonly by: "qrCode" | "number";
  readonly code: CodeView | null;
}

export type CodeView = { readonly renewsInMs: number } & (
  | { readonly is: "drawing"; readonly size: number; readonly path: string }
  | { readonly is: "picture"; readonly address: string }
  | { readonly is: "text"; readonly text: string }
);

/** Why a pairing ended: a reason that the page has words for, or what RyzeAPI said. */
export type ProblemView =
  { readonly is: "banned" | "loggedOut" | "timedOut" } | { readonly is: "other"; readonly message: string };

/** Whether what the page shows is up to date. */
export type ServiceView =
  { readonly is: "well" | "waiting" } | { readonly is: "failing"; readonly message: string };

/** Everything, for a page that has just been opened. */
export interface BoardView {
  readonly cards: readonly CardView[];
  readonly service: ServiceView;
}

/** What the page is told, by the name of the event. */
export interface PageEvents {
  readonly board: BoardView;
  readonly card: CardView;
  readonly service: ServiceView;
  /** All are connected, and the command ends. */
  readonly over: null;
}
