/** So many own calls between which nobody else's came say that nobody else is at work any more. */
const ALONE_AFTER = 3;

/** Now and then one of many comes out of turn: so much more than was counted is left to them. */
const CAUTION = 1.06;

/** How far what is assumed follows what is seen. */
const FOLLOWS = 0.5;
const FOLLOWS_SLOWLY = 0.125;

/** What one answer says of a limit that others use too. */
export interface Told {
  readonly limit: number;
  /** Calls that are left, those of others included. */
  readonly left: number;
  readonly windowEndsAt: number;
  readonly isNewWindow: boolean;
  /** Own calls that are not answered yet. */
  readonly underWay: number;
}

/**
 * Takes turns with other processes that use the same token, which it cannot see. What is left of the limit is counted for
 * all of them together: by how much it falls between two own answers says how many calls others made meanwhile.
 *
 * Where there are none, the limit is used at once. Where there are some, each makes one call in the time in which one
 * process alone would use the limit up evenly: all go equally often then, and the calls between two own ones are one of each
 * other process. Who has that many left makes another call; for who has not, the rest is the others' turn.
 */
export class Turns {
  #areOthers = false;
  /** Calls of others between two own ones. */
  #others = 0;
  /** Own calls in a row between which nobody else's came. */
  #undisturbed = 0;
  /** What was left when counting began, and own calls since. */
  #countedFrom = 0;
  #own = 0;
  #isTold = false;
  /** Whether two own calls of a window were compared. */
  #isCompared = false;
  #sentInWindow = 0;
  #longestWindow = 0;
  #pause = 0;
  #sentAt = 0;

  /** The limit starts afresh, for all at the same time. */
  begin(): void {
    this.#isTold = false;
    this.#sentInWindow = 0;
    this.#sentAt = 0;
  }

  /** Until when the next call waits for those of others. */
  nextAt(underWay: number): number {
    if (!this.#areOthers) return 0;
    return this.#sentAt + this.#pause * (underWay === 0 ? 1 : this.#sharing);
  }

  mayGo(left: number, underWay: number): boolean {
    // One goes ahead and asks; then twice as many each time, since others may begin at the same moment.
    if (!this.#areOthers) return underWay < Math.max(1, this.#undisturbed);
    if (!this.#isTold) return this.#sentInWindow === 0 || underWay === 0;
    return Date.now() >= this.nextAt(underWay) && left >= (underWay + 1) * this.#sharing;
  }

  sent(): void {
    this.#sentInWindow += 1;
    // What all send at the same moment when the limit starts afresh is spread from then on.
    this.#sentAt = Date.now() + (this.#isTold ? 0 : Math.random() * this.#pause);
  }

  /** How many processes share the limit. */
  get #sharing(): number {
    return Math.round(1 + this.#others * CAUTION);
  }

  told({ limit, left, windowEndsAt, isNewWindow, underWay }: Told): void {
    if (isNewWindow) {
      // What was used before the first answer may be an earlier run's.
      this.#countedFrom = this.#longestWindow === 0 ? left + 1 : limit;
      this.#own = 0;
    }
    this.#isTold = true;
    this.#own += 1;
    const timeLeft = Math.max(0, windowEndsAt - Date.now());
    this.#longestWindow = Math.max(this.#longestWindow, timeLeft);
    this.#pause = Math.min(this.#longestWindow / limit, timeLeft / (left + 1));
    if (isNewWindow && this.#areOthers) this.#learnOfFirst(limit - left - 1);
    else this.#compare(this.#countedFrom - left - this.#own, underWay);
    if (underWay === 0) this.#countFrom(left);
  }

  /** A call that was not answered is taken for one that was counted. */
  unanswered(): void {
    this.#own += 1;
    this.#undisturbed += 1;
  }

  /** Calls were left for all that was known, or others had used them up before the first one. */
  refused(): void {
    this.#areOthers = true;
    this.#undisturbed = 0;
  }

  /** Of the calls that are not our answered ones, those under way may be some, or none. */
  #compare(further: number, underWay: number): void {
    if (further > underWay) {
      const others = (further - underWay) / this.#own;
      if (this.#areOthers) this.#follow(others, FOLLOWS);
      else this.#others = others;
      this.#areOthers = true;
      this.#undisturbed = 0;
      this.#isCompared = true;
    } else if (!this.#areOthers || further <= 0) {
      this.#undisturbed += 1;
      this.#follow(0, FOLLOWS);
      this.#isCompared = true;
      if (this.#undisturbed >= ALONE_AFTER) this.#areOthers = false;
    }
  }

  /**
   * All begin together: who were before us are no more than all others. Where one call was our whole turn, that is also the
   * only sign of others that have gone.
   */
  #learnOfFirst(before: number): void {
    if (before > this.#others) this.#follow(before, FOLLOWS);
    else if (!this.#isCompared) this.#follow(before, FOLLOWS_SLOWLY);
    this.#isCompared = false;
  }

  #follow(others: number, weight: number): void {
    this.#others += (others - this.#others) * weight;
  }

  #countFrom(left: number): void {
    this.#countedFrom = left;
    this.#own = 0;
  }
}
