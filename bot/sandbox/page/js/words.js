// Every word of the page, in both of its languages.

const WORDS = {
  es: {
    skip: "Ir al chat", tagline: "Banco de pruebas · nada sale de aquí", customer: "Cliente", agents: "Agentes", ticket: "Solicitud",
    restart: "Reiniciar (kill -9)", pageLanguage: "Idioma de esta página", theme: "Claro u oscuro", views: "Vistas",
    customers: "Quién escribe", appLanguage: "Su app", more: "Más", customerChat: "Chat del cliente", agentsChat: "Chat de los agentes",
    writeAs: "Escribir como", topics: "Temas", back: "Volver a los temas", close: "Cerrar", ticketPage: "Página pública",
    newTab: "Pestaña nueva", cancel: "Cancelar", ok: "Aceptar", lost: "Sin conexión con el banco de pruebas. Reintentando…",
    ready: "En marcha", starting: "Arrancando", down: "Parado", alone: "Sin programa", polling: "sondeo (getUpdates)", webhook: "webhook",
    nobody: "nadie escucha", calls: "{n} llamadas", waiting: "{n} en espera", refused: "{n} rechazadas",
    general: "General", members: "{n} miembros", bot: "bot", typing: "escribe…", sending_photo: "envía una foto…", blockedBot: "bot bloqueado",
    message: "Mensaje", caption: "Añade un comentario", send: "Enviar", attach: "Adjuntar", menu: "Menú", commands: "Comandos del bot",
    start: "INICIAR", unblock: "DESBLOQUEAR", block: "Bloquear el bot", photos: "Fotos", file: "Archivo", samples: "Capturas de muestra",
    sampleAlt: "Captura de muestra: {name}", reply: "Responder", edit: "Editar", remove: "Eliminar", react: "Reaccionar con {e}", actions: "Acciones del mensaje",
    editing: "Editar mensaje", edited: "editado", photo: "Foto", picture: "Imagen", document: "Archivo", voice: "Mensaje de voz",
    video: "Vídeo", sticker: "Sticker", location: "Ubicación", contact: "Contacto", poll: "Encuesta", dice: "Dado", audio: "Audio",
    whatCan: "¿Qué puede hacer este bot?", whatCanText: "Pulsa INICIAR y cuéntale qué necesitas.", topicEmpty: "Cada solicitud llega aquí como un tema nuevo.",
    newPerson: "¿Cómo se llama?", name: "Nombre", addPerson: "Nueva persona", newTopic: "Tema nuevo", topicName: "Nombre del tema", deleteTopic: "Eliminar tema", closeTopic: "Cerrar tema",
    reopenTopic: "Reabrir tema", sureDelete: "¿Eliminar «{name}» con todos sus mensajes? El bot no se entera: es la prueba.", topicClosed: "Tema cerrado",
    topicCreated: "{who} creó el tema «{name}»", topicEdited: "{who} cambió el nombre a «{name}»", topicWasClosed: "{who} cerró el tema", topicWasReopened: "{who} reabrió el tema",
    pinned: "{who} fijó un mensaje", joined: "{who} se unió al grupo", left: "{who} salió del grupo", migrated: "El grupo pasó a supergrupo",
    restarted: "El programa murió con kill -9 y vuelve a arrancar. Sigue donde estabas.", notSent: "No se pudo: {why}", today: "Hoy", yesterday: "Ayer",
    removeFile: "Quitar {name}", unread: "{n} sin leer", role_bot: "bot", quoteOf: "Ir al mensaje de {who}",
    customerOn: "El cliente escribe en", agentsOn: "Los agentes están en", home: "Inicio", messages: "Mensajes", thread: "Hilo", channels: "Canales",
    newTickets: "Las nuevas van a", byCategory: "Según tema", routed: "Las solicitudes nuevas irán a {where}. El programa se reinicia para leerlo.",
    choose: "Elige una opción", messageDeleted: "Se eliminó este mensaje.",
    onlyYou: "Solo tú puedes ver esto", editedMark: "(editado)", oneReply: "1 respuesta", replies: "{n} respuestas", replyThread: "Responder en un hilo",
    replyHere: "Responder…", messageTo: "Mensaje a {name}", shortcuts: "Atajos", slashCommand: "Comando de la app", optional: "(opcional)", sending: "Enviando…",
    addFiles: "Añadir archivos", homeEmpty: "La app aún no ha publicado su inicio.", channelEmpty: "Cada solicitud llega aquí como un mensaje; lo demás, en su hilo.",
    goElsewhere: "Las solicitudes nuevas van ahora a {there}. Elige {here} arriba y llegarán aquí.",
    slackHello: "Escribe qué necesitas, o prueba {command}.", socket: "Socket Mode", http: "eventos HTTP",
  },
  en: {
    skip: "Go to the chat", tagline: "Sandbox · nothing leaves this machine", customer: "Customer", agents: "Agents", ticket: "Ticket",
    restart: "Restart (kill -9)", pageLanguage: "Language of this page", theme: "Light or dark", views: "Views",
    customers: "Who writes", appLanguage: "Their app", more: "More", customerChat: "Customer's chat", agentsChat: "Agents' chat",
    writeAs: "Write as", topics: "Topics", back: "Back to the topics", close: "Close", ticketPage: "Public page",
    newTab: "New tab", cancel: "Cancel", ok: "OK", lost: "No connection to the sandbox. Trying again…",
    ready: "Running", starting: "Starting", down: "Down", alone: "No program", polling: "polling (getUpdates)", webhook: "webhook",
    nobody: "nobody listens", calls: "{n} calls", waiting: "{n} waiting", refused: "{n} refused",
    general: "General", members: "{n} members", bot: "bot", typing: "is typing…", sending_photo: "is sending a photo…", blockedBot: "bot blocked",
    message: "Message", caption: "Add a caption", send: "Send", attach: "Attach", menu: "Menu", commands: "Commands of the bot",
    start: "START", unblock: "UNBLOCK", block: "Block the bot", photos: "Photos", file: "File", samples: "Sample screenshots",
    sampleAlt: "Sample screenshot: {name}", reply: "Reply", edit: "Edit", remove: "Delete", react: "React with {e}", actions: "Actions for this message",
    editing: "Edit message", edited: "edited", photo: "Photo", picture: "Picture", document: "File", voice: "Voice message",
    video: "Video", sticker: "Sticker", location: "Location", contact: "Contact", poll: "Poll", dice: "Die", audio: "Audio",
    whatCan: "What can this bot do?", whatCanText: "Press START and say what you need.", topicEmpty: "Every ticket arrives here as a new topic.",
    newPerson: "What is their name?", name: "Name", addPerson: "New person", newTopic: "New topic", topicName: "Name of the topic", deleteTopic: "Delete topic", closeTopic: "Close topic",
    reopenTopic: "Reopen topic", sureDelete: "Delete “{name}” with all its messages? The bot is not told: that is the test.", topicClosed: "Topic closed",
    topicCreated: "{who} created the topic “{name}”", topicEdited: "{who} renamed it to “{name}”", topicWasClosed: "{who} closed the topic", topicWasReopened: "{who} reopened the topic",
    pinned: "{who} pinned a message", joined: "{who} joined the group", left: "{who} left the group", migrated: "The group became a supergroup",
    restarted: "The program died by kill -9 and is starting again. Go on where you were.", notSent: "That did not work: {why}", today: "Today", yesterday: "Yesterday",
    removeFile: "Remove {name}", unread: "{n} unread", role_bot: "bot", quoteOf: "Go to the message of {who}",
    customerOn: "The customer writes in", agentsOn: "The agents are in", home: "Home", messages: "Messages", thread: "Thread", channels: "Channels",
    newTickets: "New tickets go to", byCategory: "By category", routed: "New tickets will go to {where}. The program restarts to read it.",
    choose: "Select an option", messageDeleted: "This message was deleted.",
    onlyYou: "Only visible to you", editedMark: "(edited)", oneReply: "1 reply", replies: "{n} replies", replyThread: "Reply in thread",
    replyHere: "Reply…", messageTo: "Message {name}", shortcuts: "Shortcuts", slashCommand: "Command of the app", optional: "(optional)", sending: "Sending…",
    addFiles: "Add files", homeEmpty: "The app has not published its home yet.", channelEmpty: "Every ticket arrives here as a message; the rest stands in its thread.",
    goElsewhere: "New tickets go to {there} now. Choose {here} above to have them here.",
    slackHello: "Say what you need, or try {command}.", socket: "Socket Mode", http: "HTTP events",
  },
};

const kept = localStorage.getItem("language");
export let language = kept || (navigator.language.startsWith("en") ? "en" : "es");

/** `code`: somebody's own language, where it is not the page that speaks but their app. */
export function t(key, facts = {}, code = language) {
  return (WORDS[code] ?? WORDS[language])[key].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

export function speak(code) {
  language = code;
  localStorage.setItem("language", code);
  translate();
}

/** Puts the words of the language into everything index.html marks for them. */
export function translate() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-w]")) node.textContent = t(node.dataset.w);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.label);
  }
  for (const node of document.querySelectorAll("[data-title]")) node.title = t(node.dataset.title);
}

const PLACES = { es: "es-ES", en: "en-GB" };

export function time(seconds) {
  return new Intl.DateTimeFormat(PLACES[language], { hour: "2-digit", minute: "2-digit" }).format(seconds * 1000);
}

export function day(seconds) {
  const date = new Date(seconds * 1000), today = new Date();
  const days = Math.round((today.setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(date);
}

export function size(bytes) {
  const [n, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(n);
}

/** Words that one language has and the other has not. */
export function missing() {
  const [one, other] = Object.values(WORDS).map((words) => new Set(Object.keys(words)));
  return [...one].filter((key) => !other.has(key)).concat([...other].filter((key) => !one.has(key)));
}
