/** What a mistake of a JavaScript program says, and nobody who reads it can do anything with. */
export const MISTAKE =
  /cannot (read|set|destructure|convert|access)|is not (a function|iterable|a constructor|defined)|stack size|invalid (array|string|date)|URI malformed|\bNaN\b|\[object/i;
