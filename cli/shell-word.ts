/** As a POSIX shell has to be given it; PowerShell reads the same quotes. */
export function shellWord(text: string): string {
  return /^[\w.][\w.-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
