/** What a card asks of the command; answers with the status. */
async function post(path: "open" | "close", body: object): Promise<number> {
  try {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).status;
  } catch {
    // That the command is gone shows above all cards.
    return 0;
  }
}

export async function showQrCode(name: string): Promise<void> {
  await post("open", { name });
}

/** Answers whether it is a phone number. */
export async function showPairingCode(name: string, number: string): Promise<boolean> {
  return (await post("open", { name, number })) !== 400;
}

export async function close(name: string): Promise<void> {
  await post("close", { name });
}
