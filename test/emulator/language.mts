import type { Readings } from "./readings.mts";

export type Language = Readings["language"];
type Translations = Record<Exclude<Language, "en">, string>;

/** Each text that is in the contract or the emulator's own, in other words; `{}` stands for what varies. */
const translations: Record<string, Translations> = {
  "Not found": {
    "en-other": "No such route",
    pt: "Não encontrado",
    es: "No encontrado",
  },
  "Rate limit exceeded. Try again later.": {
    "en-other": "Too many requests",
    pt: "Limite de requisições excedido. Tente novamente mais tarde.",
    es: "Límite de solicitudes superado. Inténtelo más tarde.",
  },
  "Missing token in header, Authorization header, or query parameter": {
    "en-other": "Unauthenticated",
    pt: "Token ausente no cabeçalho, no cabeçalho Authorization ou no parâmetro de consulta",
    es: "Falta el token en la cabecera, en la cabecera Authorization o en el parámetro de consulta",
  },
  "Invalid token": {
    "en-other": "Invalid account token",
    pt: "Token inválido",
    es: "Token no válido",
  },
  "Instance token does not match requested instance": {
    "en-other": "You have no access to this resource",
    pt: "O token da instância não corresponde à instância solicitada",
    es: "El token de la instancia no corresponde a la instancia solicitada",
  },
  "This token has limited scope before the instance is connected": {
    "en-other": "Forbidden until paired",
    pt: "Este token tem escopo limitado antes de a instância estar conectada",
    es: "Este token tiene alcance limitado antes de que la instancia esté conectada",
  },
  "Instance is not connected to WhatsApp": {
    "en-other": "Client is offline",
    pt: "A instância não está conectada ao WhatsApp",
    es: "La instancia no está conectada a WhatsApp",
  },
  "Account instance quota exceeded": {
    "en-other": "Your plan allows no further instances",
    pt: "Cota de instâncias da conta excedida",
    es: "Cuota de instancias de la cuenta superada",
  },
  "Instance not found": {
    "en-other": "No instance has this name",
    pt: "Instância não encontrada",
    es: "Instancia no encontrada",
  },
  "instance not found": {
    "en-other": "no instance has this name",
    pt: "instância não encontrada",
    es: "instancia no encontrada",
  },
  "Instance already exists": {
    "en-other": "This name is taken",
    pt: "A instância já existe",
    es: "La instancia ya existe",
  },
  "Instance name is required": {
    "en-other": "name must not be blank",
    pt: "O nome da instância é obrigatório",
    es: "El nombre de la instancia es obligatorio",
  },
  "Instance name is not allowed": {
    "en-other": "name has characters that are not allowed, or too many",
    pt: "O nome da instância não é permitido",
    es: "El nombre de la instancia no está permitido",
  },
  "Token already in use": {
    "en-other": "This token is taken",
    pt: "O token já está em uso",
    es: "El token ya está en uso",
  },
  "Invalid request body": {
    "en-other": "Malformed body",
    pt: "Corpo da requisição inválido",
    es: "Cuerpo de la solicitud no válido",
  },
  "At least one setting must be provided": {
    "en-other": "Nothing to update",
    pt: "Pelo menos uma configuração deve ser informada",
    es: "Debe indicarse al menos un ajuste",
  },
  "Instance has no saved session — call /connect first": {
    "en-other": "Pair the instance first",
    pt: "A instância não tem sessão salva — chame /connect primeiro",
    es: "La instancia no tiene sesión guardada — llame primero a /connect",
  },
  "Instance is already connected": {
    "en-other": "There is a session already",
    pt: "A instância já está conectada",
    es: "La instancia ya está conectada",
  },
  "Every field is required to enable S3 again": {
    "en-other": "Incomplete S3 credentials",
    pt: "Todos os campos são necessários para reativar o S3",
    es: "Todos los campos son necesarios para reactivar S3",
  },
  "Upgrade required": {
    "en-other": "Not a websocket",
    pt: "Upgrade necessário",
    es: "Se requiere una actualización de protocolo",
  },
  "WebSocket is not enabled for this instance. Configure it first using {}": {
    "en-other": "Enable the websocket with {}",
    pt: "O WebSocket não está ativado para esta instância. Configure-o primeiro com {}",
    es: "El WebSocket no está activado para esta instancia. Configúrelo primero con {}",
  },
  "Failed to update {} configuration": {
    "en-other": "Could not store {}",
    pt: "Falha ao atualizar a configuração de {}",
    es: "Error al actualizar la configuración de {}",
  },
  "Proxy host is required": {
    "en-other": "host must not be blank",
    pt: "O host do proxy é obrigatório",
    es: "El host del proxy es obligatorio",
  },
  "Invalid proxy {}": {
    "en-other": "{} is out of range",
    pt: "{} do proxy inválido",
    es: "{} del proxy no válido",
  },
  "Invalid webhook url": {
    "en-other": "url is malformed",
    pt: "URL do webhook inválida",
    es: "URL del webhook no válida",
  },
  "Invalid event type: {}": {
    "en-other": "Unknown event {}",
    pt: "Tipo de evento inválido: {}",
    es: "Tipo de evento no válido: {}",
  },
  "Maximum of {} enabled webhooks per instance": {
    "en-other": "No more than {} webhooks may be on",
    pt: "Máximo de {} webhooks ativos por instância",
    es: "Máximo de {} webhooks activos por instancia",
  },
  "Webhook already exists": {
    "en-other": "Duplicate webhook",
    pt: "O webhook já existe",
    es: "El webhook ya existe",
  },
  "Webhook not found": {
    "en-other": "No webhook has this label",
    pt: "Webhook não encontrado",
    es: "Webhook no encontrado",
  },
  "WebSocket not configured for this instance": {
    "en-other": "No websocket here",
    pt: "WebSocket não configurado para esta instância",
    es: "WebSocket no configurado para esta instancia",
  },
  "no chatwoot integration for this instance": {
    "en-other": "not integrated",
    pt: "nenhuma integração chatwoot para esta instância",
    es: "ninguna integración chatwoot para esta instancia",
  },
  "no chatwoot integration to delete": {
    "en-other": "nothing to deactivate",
    pt: "nenhuma integração chatwoot para excluir",
    es: "ninguna integración chatwoot para eliminar",
  },
  "integration gateway not configured{}": {
    "en-other": "the bridge is off{}",
    pt: "gateway de integração não configurado{}",
    es: "pasarela de integración no configurada{}",
  },
  "invalid body: {}": {
    "en-other": "malformed body: {}",
    pt: "corpo inválido: {}",
    es: "cuerpo no válido: {}",
  },
  "Chatwoot rejected the API token {}": {
    "en-other": "The API token is not Chatwoot's {}",
    pt: "O Chatwoot rejeitou o token de API {}",
    es: "Chatwoot rechazó el token de API {}",
  },
  "Chatwoot denied the request {}": {
    "en-other": "Chatwoot forbids this {}",
    pt: "O Chatwoot negou a requisição {}",
    es: "Chatwoot denegó la solicitud {}",
  },
  "Chatwoot account or endpoint not found {}": {
    "en-other": "Chatwoot has no such account {}",
    pt: "Conta ou endpoint do Chatwoot não encontrado {}",
    es: "Cuenta o endpoint de Chatwoot no encontrado {}",
  },
  "Chatwoot rejected the request as invalid {}": {
    "en-other": "Chatwoot finds this invalid {}",
    pt: "O Chatwoot rejeitou a requisição como inválida {}",
    es: "Chatwoot rechazó la solicitud por no ser válida {}",
  },
  "Chatwoot is unreachable {}": {
    "en-other": "No answer from Chatwoot {}",
    pt: "O Chatwoot está inacessível {}",
    es: "Chatwoot es inaccesible {}",
  },
};

/** A text that is not the emulator's, such as one that a fault orders, stays as it is. */
export function inLanguage(message: string, language: Language): string {
  if (language === "en") return message;
  for (const [text, { [language]: translation }] of Object.entries(translations)) {
    const [before = "", after] = text.split("{}");
    if (after === undefined && message === text) return translation;
    if (after === undefined || !message.startsWith(before) || !message.endsWith(after)) continue;
    const varying = message.slice(before.length, message.length - after.length);
    return translation.replace("{}", () => varying);
  }
  return message;
}
