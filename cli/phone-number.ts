/** The digits of a number as people write it, `+55 (11) 99999-9999`; undefined where it is none. */
export function digitsOf(number: string): string | undefined {
  const digits = number.replaceAll(/[\s()+.-]/g, "");
  return /^\d{6,15}$/.test(digits) ? digits : undefined;
}
