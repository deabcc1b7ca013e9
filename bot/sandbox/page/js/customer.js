// The phone on the left: one customer's chat with the bot.

import { Composer, messageMenu } from "./composer.js";
import { draw, holdEnd, spin, stayWith } from "./bubbles.js";
import { ask, avatar, el, icon, openMenu, toast } from "./dom.js";
import { act, customers, person, see, store, unread } from "./store.js";
import { openLink } from "./ticket.js";
import { t, time } from "./words.js";

const at = (id) => document.getElementById(id);
const pane = at("customer"), chat = at("customer-chat"), phone = pane.querySelector(".phone");
let current = Number(localStorage.getItem("customer")) || 0;

const room = () => store.rooms.get(current);
const messages = () => [...(room()?.messages.values() ?? [])].sort((a, b) => a.message_id - b.message_id);

holdEnd(chat);
const composer = new Composer(at("customer-composer"), chat, phone, {
  id: "customer-text",
  where: () => ({ person: current }),
  commands: () => person(current)?.commands ?? null,
  wide() {
    if (room()?.blocked) return { label: t("unblock"), act: () => composer.attempt("unblock", { person: current }) };
    if (!messages().length) return { label: t("start"), full: true, act: () => composer.say("/start") };
    return null;
  },
});

const on = {
  press(node, message, button) {
    stayWith(chat, node);
    spin(node, act("press", { person: current, message_id: message.message_id, data: button.callback_data }));
  },
  command: (text) => composer.say(text),
  link: (url, event) => {
    const start = url.match(/^(?:https?:\/\/t\.me\/|tg:\/\/resolve\?domain=)([\w]+)[?&]start=([\w-]*)/);
    if (start?.[1] === store.bot.username) {
      event.preventDefault();
      composer.say(`/start ${start[2]}`);
    } else openLink(url, event);
  },
  actions: (anchor, message) => messageMenu(anchor, message, { person: current, chat: current, composer }),
  jump: (id) => at(`c${current}-${id}`)?.scrollIntoView({ block: "center", behavior: "smooth" }),
};

function welcome() {
  const texts = store.profile ?? {}, language = person(current)?.language_code ?? "";
  const description = texts[`description ${language}`] || texts["description "] || t("whatCanText");
  return el("div.empty", {}, el("strong", {}, t("whatCan")), el("p", {}, description));
}

function drawPeople() {
  const chips = customers().map((one) => {
    const count = one.id === current ? 0 : unread(`c${one.id}`, [...(store.rooms.get(one.id)?.messages.values() ?? [])]);
    const badge = count ? el("b.badge", { "aria-label": t("unread", { n: count }) }, String(count)) : null;
    return el("button.person", { "aria-pressed": String(one.id === current), onclick: () => choose(one.id) }, avatar(one.first_name, one.id, ".small"), one.first_name, badge);
  });
  const add = el("button.person.new", { "aria-label": t("addPerson"), title: t("addPerson"), onclick: addPerson }, icon("plus"));
  at("customers").replaceChildren(...chips, add);
}

async function addPerson() {
  const name = await ask(t("newPerson"), { field: "name" });
  if (name) choose((await act("people", { name, language: at("app-language").value })).id);
}

/** Somebody new is chosen before the page hears of them. */
let wanted = 0;

function choose(id) {
  current = wanted = id;
  localStorage.setItem("customer", id);
  document.dispatchEvent(new Event("tab"));
}

export function drawCustomer() {
  if (wanted && person(wanted)) [current, wanted] = [wanted, 0];
  if (!person(current) || person(current).groups.length) current = customers()[0]?.id ?? 0;
  const shown = messages(), visible = !pane.checkVisibility || pane.checkVisibility();
  at("bot-name").textContent = store.bot.first_name ?? "";
  at("app-language").value = person(current)?.language_code ?? "es";
  drawStatus();
  draw(chat, shown, { id: `c${current}`, me: current, names: false, reactions: room()?.reactions, on, empty: welcome });
  composer.refresh(`c${current}`);
  if (visible) see(`c${current}`, shown);
  drawPeople();
  return visible ? 0 : unread(`c${current}`, shown);
}

export function drawStatus() {
  const one = room(), status = at("customer-status");
  const typing = one?.typing && one.typing.until > Date.now();
  status.classList.toggle("typing", Boolean(typing));
  status.textContent = typing ? t(one.typing.action === "upload_photo" ? "sending_photo" : "typing") : t(one?.blocked ? "blockedBot" : "bot");
  at("phone-time").textContent = time(Date.now() / 1000);
}

/** What answerCallbackQuery shows: a toast, or an alert to be closed. */
export function answered(event, who, where) {
  if (event.person !== who || !event.text) return;
  if (event.alert) ask(event.text, { alert: true });
  else toast(where, event.text);
}
export const customerAnswered = (event) => answered(event, current, phone);

at("app-language").addEventListener("change", (event) => act("language", { person: current, language: event.target.value }));
at("customer-more").addEventListener("click", (event) => openMenu(event.currentTarget, [
  room()?.blocked
    ? { icon: "check", label: t("unblock").toLowerCase().replace(/^./, (c) => c.toUpperCase()), act: () => composer.attempt("unblock", { person: current }) }
    : { icon: "lock", label: t("block"), danger: true, act: () => composer.attempt("block", { person: current }) },
]));
