/** A plain JSON object, as it goes over the wire to a provider. */
export type Values = Record<string, unknown>;

/** What every instance of the benchmark declares: all six blocks. */
export function declaration(name: string, chatwoot: ChatwootAddress, path = "/whatsapp") {
  return {
    name,
    proxy: {
      host: "proxy.example.com",
      port: "1080",
      protocol: "socks5" as const,
      username: name,
      password: `proxy password of ${name}`,
    },
    webhook: webhook(name, path),
    websocket: { events: ["message.status" as const], mediaBase64: false },
    chatwoot: {
      baseUrl: chatwoot.url,
      accountId: 1,
      apiToken: chatwoot.token,
      // One inbox for all, so that the Chatwoot beside the emulator does not become what is measured.
      inboxName: "WhatsApp",
      signMessages: true,
    },
    settings: { autoRejectCalls: true, callRejectMessage: "Please write to us.", ignoreGroupMessages: true },
    s3: {
      region: "us-east-1",
      bucket: "example-media",
      accessKey: "AKIAEXAMPLE",
      secretKey: `S3 secret of ${name}`,
      pathPrefix: `${name}/`,
    },
  };
}

export interface ChatwootAddress {
  readonly url: string;
  readonly token: string;
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `sirius-${String(index + 1).padStart(4, "0")}`);
}

function webhook(name: string, path: string) {
  return {
    url: `https://app.example.com/${name}${path}`,
    authorization: `Bearer of ${name}`,
    events: ["message.exchange" as const, "call.update" as const],
    mediaBase64: true,
  };
}
