/** Every text of the page. WhatsApp's own words are those of its app in that language. */
export interface Texts {
  readonly title: string;
  /** Has {connected} and {total}. */
  readonly count: string;
  readonly filter: string;
  readonly show: string;
  readonly all: string;
  readonly toPair: string;
  /** Of several, and of one. */
  readonly allConnected: string;
  readonly connected: string;
  readonly nothingFound: string;
  readonly notConnected: string;
  readonly waitingForPhone: string;
  readonly loggedOut: string;
  readonly banned: string;
  readonly gone: string;
  readonly showQrCode: string;
  readonly usePairingCode: string;
  readonly close: string;
  readonly number: string;
  readonly numberHint: string;
  readonly numberWrong: string;
  readonly getCode: string;
  readonly howToScan: string;
  readonly howToType: string;
  readonly qrCodeOf: string;
  readonly asking: string;
  /** Has {seconds}. */
  readonly renewal: string;
  readonly renewing: string;
  readonly failed: string;
  readonly failedLoggedOut: string;
  readonly failedTimedOut: string;
  readonly failedBanned: string;
  readonly serviceWaiting: string;
  readonly serviceFailing: string;
  readonly commandLost: string;
  readonly over: string;
  /** Has {name}. */
  readonly announceConnected: string;
  readonly announceCode: string;
  readonly announceFailed: string;
  readonly needsScript: string;
}

export type Language = "en" | "pt" | "es";

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    title: "Pair phones",
    count: "{connected} of {total} connected",
    filter: "Filter by name or number",
    show: "Show",
    all: "All",
    toPair: "To pair",
    allConnected: "Connected",
    connected: "Connected",
    nothingFound: "No instance matches.",
    notConnected: "Not connected",
    waitingForPhone: "Waiting for the phone",
    loggedOut: "Logged out",
    banned: "Banned by WhatsApp",
    gone: "Deleted",
    showQrCode: "QR code",
    usePairingCode: "Pairing code",
    close: "Close",
    number: "Number of the phone",
    numberHint: "With the country code, such as +55 11 99999-9999",
    numberWrong: "This is no phone number. It needs its country code.",
    getCode: "Get a code",
    howToScan: steps("WhatsApp", "Linked devices", "Link a device"),
    howToType: steps("WhatsApp", "Linked devices", "Link a device", "Link with phone number instead"),
    qrCodeOf: "QR code of {name}",
    asking: "Asking for a code…",
    renewal: "New code in {seconds} s",
    renewing: "Getting the next code…",
    failed: "No code. RyzeAPI: {message}",
    failedLoggedOut: "It was logged out while it waited for the phone. Ask for a new code.",
    failedTimedOut: "No phone used the code in time. Ask for a new one.",
    failedBanned: "WhatsApp has banned this number. Only WhatsApp can undo that.",
    serviceWaiting:
      "Waiting for RyzeAPI: its limit of requests is used up, or its answer takes long. This page goes on by itself.",
    serviceFailing: "RyzeAPI cannot be asked at the moment, and is asked again: {message}",
    commandLost:
      "The command that serves this page does not answer. If it has ended, start it again: it opens a new page, and nothing is lost.",
    over: "All instances are connected. You can close this page.",
    announceConnected: "{name} is connected.",
    announceCode: "{name}: the code is shown, and renewed by itself.",
    announceFailed: "{name}: no code.",
    needsScript: "This page needs JavaScript.",
  },
  pt: {
    title: "Conectar celulares",
    count: "{connected} de {total} conectadas",
    filter: "Filtrar por nome ou número",
    show: "Mostrar",
    all: "Todas",
    toPair: "A conectar",
    allConnected: "Conectadas",
    connected: "Conectada",
    nothingFound: "Nenhuma instância corresponde.",
    notConnected: "Não conectada",
    waitingForPhone: "Aguardando o celular",
    loggedOut: "Sessão encerrada",
    banned: "Banida pelo WhatsApp",
    gone: "Excluída",
    showQrCode: "QR code",
    usePairingCode: "Por número",
    close: "Fechar",
    number: "Número do celular",
    numberHint: "Com o código do país, como +55 11 99999-9999",
    numberWrong: "Este não é um número de telefone. Falta o código do país?",
    getCode: "Gerar código",
    howToScan: steps("WhatsApp", "Dispositivos conectados", "Conectar dispositivo"),
    howToType: steps(
      "WhatsApp",
      "Dispositivos conectados",
      "Conectar dispositivo",
      "Conectar com número de telefone",
    ),
    qrCodeOf: "QR code de {name}",
    asking: "Pedindo um código…",
    renewal: "Novo código em {seconds} s",
    renewing: "Buscando o próximo código…",
    failed: "Sem código. RyzeAPI: {message}",
    failedLoggedOut: "A sessão foi encerrada enquanto aguardava o celular. Peça um novo código.",
    failedTimedOut: "Nenhum celular usou o código a tempo. Peça um novo.",
    failedBanned: "O WhatsApp baniu este número. Só o WhatsApp pode desfazer isso.",
    serviceWaiting:
      "Aguardando a RyzeAPI: o limite de requisições foi atingido, ou a resposta demora. Esta página continua sozinha.",
    serviceFailing: "Não é possível consultar a RyzeAPI no momento; a consulta será repetida: {message}",
    commandLost:
      "O comando que serve esta página não responde. Se ele terminou, inicie-o de novo: ele abre uma nova página, e nada se perde.",
    over: "Todas as instâncias estão conectadas. Você pode fechar esta página.",
    announceConnected: "{name} está conectada.",
    announceCode: "{name}: o código está na tela e se renova sozinho.",
    announceFailed: "{name}: sem código.",
    needsScript: "Esta página precisa de JavaScript.",
  },
  es: {
    title: "Vincular teléfonos",
    count: "{connected} de {total} conectadas",
    filter: "Filtrar por nombre o número",
    show: "Mostrar",
    all: "Todas",
    toPair: "Por vincular",
    allConnected: "Conectadas",
    connected: "Conectada",
    nothingFound: "Ninguna instancia coincide.",
    notConnected: "Sin conectar",
    waitingForPhone: "Esperando el teléfono",
    loggedOut: "Sesión cerrada",
    banned: "Bloqueada por WhatsApp",
    gone: "Eliminada",
    showQrCode: "Código QR",
    usePairingCode: "Por número",
    close: "Cerrar",
    number: "Número del teléfono",
    numberHint: "Con el código del país, como +34 612 345 678",
    numberWrong: "Este no es un número de teléfono. ¿Falta el código del país?",
    getCode: "Obtener código",
    howToScan: steps("WhatsApp", "Dispositivos vinculados", "Vincular dispositivo"),
    howToType:
      "WhatsApp › Dispositivos vinculados › Vincular dispositivo › Vincular con el número de teléfono",
    qrCodeOf: "Código QR de {name}",
    asking: "Pidiendo un código…",
    renewal: "Código nuevo en {seconds} s",
    renewing: "Obteniendo el próximo código…",
    failed: "Sin código. RyzeAPI: {message}",
    failedLoggedOut: "La sesión se cerró mientras esperaba el teléfono. Pide un código nuevo.",
    failedTimedOut: "Ningún teléfono usó el código a tiempo. Pide uno nuevo.",
    failedBanned: "WhatsApp ha bloqueado este número. Solo WhatsApp puede deshacerlo.",
    serviceWaiting:
      "Esperando a RyzeAPI: se alcanzó su límite de peticiones, o la respuesta tarda. Esta página sigue sola.",
    serviceFailing: "Ahora no se puede consultar RyzeAPI; se intentará de nuevo: {message}",
    commandLost:
      "El comando que sirve esta página no responde. Si ha terminado, inícialo de nuevo: abre una página nueva y no se pierde nada.",
    over: "Todas las instancias están conectadas. Puedes cerrar esta página.",
    announceConnected: "{name} está conectada.",
    announceCode: "{name}: el código está en pantalla y se renueva solo.",
    announceFailed: "{name}: sin código.",
    needsScript: "Esta página necesita JavaScript.",
  },
};

/** A way through WhatsApp's menus, whose lines break between them. */
function steps(...menus: readonly string[]): string {
  return menus.map((menu) => menu.replaceAll(" ", "\u00a0")).join("\u00a0› ");
}

/** The first language of a browser's `Accept-Language` that the page has, else English. */
export function languageFor(accepted = ""): Language {
  const languages = accepted.split(",").map((range) => range.trim().slice(0, 2).toLowerCase());
  return languages.find((language): language is Language => Object.hasOwn(TEXTS, language)) ?? "en";
}
