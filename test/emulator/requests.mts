export interface RecordedRequest {
  method: string;
  /** As sent, without the query. */
  path: string;
  /** Without a token. */
  query: string;
  token: "account" | "instance" | "none" | "invalid";
  /** Owner of the instance token. */
  instance?: string;
  /** 0: the connection was dropped, or the answer is still to come. */
  status: number;
  /** In-process only. */
  body?: unknown;
  time: string;
  /** The header User-Agent. */
  userAgent: string;
  /** Template, e.g. "POST /api/instance/proxy/:instance". */
  route: string;
}

const kept = 200_000;

export class RequestLog {
  #records: RecordedRequest[] = [];

  add(record: RecordedRequest): void {
    this.#records.push(record);
    if (this.#records.length > kept) this.#records.splice(0, kept / 100);
  }

  all(): RecordedRequest[] {
    return [...this.#records];
  }

  /** For people and other processes: no bodies. */
  shown(): RecordedRequest[] {
    return this.#records.map((record) => {
      const shown = { ...record };
      delete shown.body;
      return shown;
    });
  }

  clear(): void {
    this.#records = [];
  }
}
