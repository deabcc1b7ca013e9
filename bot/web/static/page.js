// What a page cannot do without a script: hearing of what is new, and being known where a platform opens it.
const talk = document.getElementById("talk");

/** Whoever stood in it with the keyboard stands in what has come into its place, and on no button they did not choose. */
function swap(old, fresh) {
  const held = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (!held) return;
  fresh.tabIndex = -1;
  fresh.addEventListener("blur", () => fresh.removeAttribute("tabindex"), { once: true });
  fresh.focus({ preventScroll: true });
}

/** Only what has changed is drawn anew: an enlarged picture stays open, and so does what is being typed. */
function refresh(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  talk.querySelector(".head").replaceWith(fresh.content.querySelector(".head"));
  const list = talk.querySelector(".talk");
  const before = [...list.children];
  const lines = [...fresh.content.querySelector(".talk").children];
  lines.forEach((line, n) => {
    if (n >= before.length) list.append(line);
    else if (before[n].outerHTML !== line.outerHTML) swap(before[n], line);
  });
  before.slice(lines.length).forEach((line) => line.remove());
  const deeds = fresh.content.querySelector(".deeds");
  const present = document.querySelector(".deeds");
  if (deeds && present && deeds.dataset.state !== present.dataset.state) {
    swap(present, deeds);
    if (shelf) restore(deeds.querySelectorAll("textarea"));
  }
}

const SOON = 500, LATE = 60_000;

/** Asks for something until it comes; null: it is not ours to see any more. */
async function insist(path) {
  for (let pause = SOON; ; pause = Math.min(2 * pause, LATE)) {
    try {
      const answer = await fetch(path, { redirect: "manual" });
      if (answer.ok) return await answer.text();
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch { /* the line is down */ }
    await new Promise((rested) => setTimeout(rested, pause));
  }
}

/** A page that is theirs no more would grow old in silence. Whoever is writing there hears of it when they send. */
function leave() {
  const boxes = [...document.querySelectorAll("form textarea, form [type=file]")];
  if (!boxes.some((box) => box.value)) location.replace(location.pathname + location.search);
  return false;
}

/** What comes while we ask is asked for next, so that an older answer never stands over a newer one. */
let news = 0, asking = false;
async function ask() {
  news += 1;
  if (asking) return true;
  asking = true;
  for (let known = 0; known < news; ) {
    known = news;
    const html = await insist(talk.dataset.talk + location.search);
    if (html === null) return leave();
    refresh(html);
  }
  asking = false;
  return true;
}

/** A browser comes back by itself when the line is cut, but not when it is refused. */
function listen(pause = SOON) {
  const feed = new EventSource(`${talk.dataset.live}?mark=${encodeURIComponent(talk.dataset.mark)}`);
  feed.onopen = () => { pause = SOON; };
  feed.onmessage = ask;
  feed.onerror = () => {
    if (feed.readyState !== EventSource.CLOSED) return;
    setTimeout(async () => await ask() && listen(Math.min(2 * pause, LATE)), pause);
  };
}
if (talk && window.EventSource) listen();

// -- words that are not sent yet ------------------------------------------------------------------------------------
// The tab keeps them, whatever becomes of the page, the line or the login, until the desk has them: it says so by the end
// of the address it leads to.
const TAKEN = "#end";
const shelf = (() => {
  try { return window.sessionStorage; } catch { return null; } // inside another page some browsers allow none
})();

function place(box) {
  return `unsent ${location.pathname} ${box.name}`;
}

function keep(box, sent = false) {
  if (box.value) shelf.setItem(place(box), JSON.stringify({ words: box.value, sent }));
  else shelf.removeItem(place(box));
}

function restore(boxes) {
  for (const box of boxes) {
    const { words } = JSON.parse(shelf.getItem(place(box)) ?? "{}");
    if (words && !box.value) box.value = words;
    keep(box); // here they are on their way no more
  }
}

/** A page that one goes back to shows what is not sent yet; its browser would show what was. */
function shownAgain({ persisted }) {
  if (!persisted && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  for (const box of document.querySelectorAll("form textarea")) {
    box.value = JSON.parse(shelf.getItem(place(box)) ?? "{}").words ?? "";
  }
}

/** The words that were on their way have arrived, maybe on the page of another request. */
function forget() {
  for (const name of Object.keys(shelf)) {
    if (name.startsWith("unsent ") && JSON.parse(shelf.getItem(name)).sent) shelf.removeItem(name);
  }
}

if (shelf) {
  if (location.hash === TAKEN) {
    forget();
    addEventListener("load", () => history.replaceState(null, "", location.pathname + location.search));
  }
  restore(document.querySelectorAll("form textarea"));
  addEventListener("pageshow", shownAgain);
  document.addEventListener("input", ({ target }) => target.matches("form textarea") && keep(target));
  document.addEventListener("submit", ({ target: form }) => {
    for (const box of form.querySelectorAll("textarea")) keep(box, true);
    if (/^\/(out|me\/erase)$/.test(new URL(form.action).pathname)) shelf.clear();
  });
}

// The word of a link for the team stands in the fragment, which reaches no server and no log: it is handed over here.
const pass = document.querySelector("form[data-pass]");
if (pass && /^#[a-z2-7]{26}$/.test(location.hash)) {
  pass.elements.word.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  pass.requestSubmit();
}

// -- inside Telegram (core.telegram.org/bots/webapps) ---------------------------------------------------------------
// It hands over who opened the page, its colours and itself in the fragment, which reaches no server and no log. Its
// own script would be another host's, so the few words that we say to it are said here.
const COLOURS = {
  bg_color: "--card", secondary_bg_color: "--paper", text_color: "--ink", hint_color: "--soft",
  button_color: "--press", button_text_color: "--on-press",
};
const start = new URLSearchParams(location.hash.slice(1));
// Elsewhere than inside Telegram a fragment means nothing: somebody else's could be in it.
const telegram = window.TelegramWebviewProxy
  ? (type, data) => window.TelegramWebviewProxy.postEvent(type, data)
  : window.parent !== window
    ? (type, data) => window.parent.postMessage(`{"eventType":"${type}","eventData":${data}}`, "https://web.telegram.org")
    : null;

function say(type, data = {}) {
  telegram(type, JSON.stringify(data));
}

function told(eventType) {
  if (eventType === "back_button_pressed") history.back();
}

/** Its colours, and ours of the same day or night for what it does not name. */
function dress(colours) {
  const root = document.documentElement.style;
  const paper = /^#[0-9a-f]{6}$/i.test(colours.bg_color) ? colours.bg_color.match(/[0-9a-f]{2}/gi) : null;
  if (paper) root.colorScheme = paper.reduce((sum, part) => sum + parseInt(part, 16), 0) < 384 ? "dark" : "light";
  for (const [name, variable] of Object.entries(COLOURS)) {
    if (/^#[0-9a-f]{6}$/i.test(colours[name])) root.setProperty(variable, colours[name]);
  }
}

async function enter(slip) {
  const answer = await fetch("/slip", { method: "POST", body: new URLSearchParams({ slip }) });
  if (answer.ok) location.replace(`${location.pathname}?app=1`);
}

if (telegram) {
  if (start.has("tgWebAppThemeParams")) shelf?.setItem("colours", start.get("tgWebAppThemeParams"));
  dress(JSON.parse(start.get("tgWebAppThemeParams") || shelf?.getItem("colours") || "{}"));
  window.Telegram = { WebView: { receiveEvent: told } };
  window.addEventListener("message", (event) => {
    if (event.origin === "https://web.telegram.org") told(JSON.parse(event.data).eventType);
  });
  say("web_app_ready");
  say("web_app_expand");
  say("web_app_setup_back_button", { is_visible: !start.has("tgWebAppData") && history.length > 1 });
  if (start.has("tgWebAppData") && !("guest" in document.body.dataset)) enter(start.get("tgWebAppData"));
}

// -- times ---------------------------------------------------------------------------------------------------------------
/** Whose clock shows the same as the desk's, in winter as in summer, need not be told which one that is. This comes last:
    a browser that has never heard of that zone ends here. */
for (const note of document.querySelectorAll("[data-zone]")) {
  const halves = [0, 6].map((month) => new Date(new Date().getFullYear(), month, 1));
  const shown = (zone) => halves.map((at) => at.toLocaleString("en", zone)).join();
  note.hidden = shown({ timeZone: note.dataset.zone }) === shown({});
}
