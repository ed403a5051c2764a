import type { Readings } from "./readings.mts";

/** A URL as the service keeps it. */
export function storedUrl(sent: string, { urls }: Readings): string {
  const [, scheme = "", user = "", host = "", rest = ""] =
    /^([a-z][a-z\d+.-]*:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/is.exec(sent) ?? [];
  if (urls === "as-sent" || host === "") return sent;
  const bare = scheme.toLowerCase() + user + host.toLowerCase() + withoutSlash(rest);
  return urls === "bare" || /[?#]/.test(rest) ? bare : `${bare}/`;
}

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
