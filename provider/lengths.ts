/** Common servers refuse a longer line of a request, which is where names, tokens and addresses stand sooner or later. */
export const LONGEST_LINE = 8_000;

/** The longest text message of WhatsApp. */
export const LONGEST_MESSAGE = 65_536;

/** There are six, which may be named more than once. */
export const LONGEST_EVENT_LIST = 100;

export function tooLong(longest: number): string {
  return `must not be longer than ${longest} characters`;
}
