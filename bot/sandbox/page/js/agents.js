// The window on the right: the agents' group, one topic per ticket.

import { answered } from "./customer.js";
import { Composer, messageMenu } from "./composer.js";
import { brief, draw, holdEnd, spin, stayWith } from "./bubbles.js";
import { ask, avatar, el, hue, icon, openMenu } from "./dom.js";
import { act, agents, elsewhere, group, see, service, store, unread } from "./store.js";
import { leads, openLink } from "./ticket.js";
import { t, time } from "./words.js";

const GENERAL = 1;
const at = (id) => document.getElementById(id);
const pane = at("agents"), chat = at("agents-chat"), thread = pane.querySelector(".thread");
let current = Number(localStorage.getItem("agent")) || 0;
let topic = Number(localStorage.getItem("topic")) || GENERAL;

const forum = () => Boolean(group()?.chat.is_forum);
const topicOf = (message) => (message.is_topic_message ? message.message_thread_id : GENERAL);
const inTopic = (id) => [...(group()?.messages.values() ?? [])]
  .filter((message) => !forum() || topicOf(message) === id).sort((a, b) => a.message_id - b.message_id);

holdEnd(chat);
const composer = new Composer(at("agents-composer"), chat, thread, {
  id: "agents-text",
  where: () => ({ person: current, chat: group()?.chat.id, topic: topic === GENERAL ? undefined : topic }),
  commands: () => agents().find((one) => one.id === current)?.menus?.[group()?.chat.id] ?? null,
  wide: () => (group()?.topics.get(topic)?.closed ? { label: t("topicClosed"), act: null } : null),
});

const on = {
  press(node, message, button) {
    stayWith(chat, node);
    spin(node, act("press", { person: current, chat: group().chat.id, message_id: message.message_id, data: button.callback_data }));
  },
  command: (text) => composer.say(text),
  link: openLink,
  actions: (anchor, message) => messageMenu(anchor, message, { person: current, chat: group().chat.id, composer }),
  jump: (id) => at(`t${topic}-${id}`)?.scrollIntoView({ block: "center", behavior: "smooth" }),
};

const color = (number) => `#${number.toString(16).padStart(6, "0")}`;

function paint(node, one) {
  node.style.setProperty("--hue", one ? `color-mix(in oklab, ${color(one.icon_color)} 72%, #1b2a3a)` : "#7b8fa3");
  node.textContent = one ? [...one.name.replace(/^\W*(?:[A-Z]+-\d+)?\W*/u, "")][0]?.toUpperCase() ?? "#" : "#";
}

function topicButton(one) {
  const id = one?.id ?? GENERAL, all = inTopic(id), last = all.at(-1);
  const count = id === topic && visible() ? 0 : unread(`t${id}`, all);
  const mark = el("span.topic-icon", { "aria-hidden": "true" });
  paint(mark, one);
  const from = last && !service(last) ? `${last.from?.id === store.bot.id ? "" : `${last.from?.first_name}: `}` : "";
  return el("li", {}, el(`button${one?.closed ? ".closed" : ""}`, { "aria-current": String(id === topic), onclick: () => open(id) },
    mark, el("b.name", {}, one?.name ?? t("general")), last ? el("time", {}, time(last.date)) : el("span"),
    el("span.last", {}, last ? from + brief(last) : "—"), count ? el("b.badge", { "aria-label": t("unread", { n: count }) }, String(count)) : null));
}

const visible = () => !chat.checkVisibility || chat.checkVisibility();
const newest = (one) => inTopic(one.id).at(-1)?.message_id ?? one.id;

function drawTopics() {
  const nav = pane.querySelector(".topics");
  nav.hidden = !forum();
  const sorted = [...(group()?.topics.values() ?? [])].sort((a, b) => newest(b) - newest(a));
  at("topics").replaceChildren(topicButton(null), ...sorted.map(topicButton));
}

function open(id) {
  topic = id;
  localStorage.setItem("topic", id);
  document.body.classList.add("in-topic");
  document.dispatchEvent(new Event("tab"));
  if (at("back").checkVisibility()) at("back").focus({ focusVisible: false });
}

leads((url) => {
  const [, chat, id] = /^https:\/\/t\.me\/c\/(\d+)\/(\d+)$/.exec(url) ?? [];
  if (!chat || group()?.chat.id !== Number(`-100${chat}`)) return false;
  if (group().topics.has(Number(id))) open(Number(id));
  else on.jump(id);
  return true;
});

export function drawAgents() {
  const one = group();
  if (!one) return 0;
  if (!agents().some((agent) => agent.id === current)) current = agents()[0]?.id ?? 0;
  if (topic !== GENERAL && !one.topics.has(topic)) topic = GENERAL;
  if (!forum()) document.body.classList.add("in-topic");
  at("group-title").textContent = one.chat.title ?? "";
  pane.querySelector(".group-avatar").textContent = [...(one.chat.title ?? "?")][0];
  at("group-members").textContent = t("members", { n: agents().length + 1 });
  drawHead(one);
  const shown = inTopic(topic).filter((message) => !(message.forum_topic_created && topic === GENERAL));
  draw(chat, shown, { id: `t${topic}`, me: current, names: true, reactions: one.reactions, on, empty: () => el("div.empty", {}, el("p", {}, elsewhere("slack", "Slack", "Telegram") ?? t("topicEmpty"))) });
  composer.refresh(`t${topic}`);
  if (visible()) see(`t${topic}`, shown);
  drawTopics();
  drawPeople();
  return [...one.topics.keys(), GENERAL].reduce((sum, id) => sum + (id === topic && visible() ? 0 : unread(`t${id}`, inTopic(id))), 0);
}

function drawHead(one) {
  const shown = one.topics.get(topic);
  paint(at("topic-icon"), shown);
  at("topic-name").textContent = forum() ? shown?.name ?? t("general") : one.chat.title;
  const typing = one.typing && one.typing.until > Date.now() && (one.typing.topic ?? GENERAL) === topic;
  at("topic-status").classList.toggle("typing", Boolean(typing));
  at("topic-status").textContent = typing ? t("typing") : shown?.closed ? t("topicClosed") : one.chat.title;
}

function drawPeople() {
  const chips = agents().map((one) => el("button.person", { "aria-pressed": String(one.id === current), onclick: () => choose(one.id) },
    avatar(one.first_name, one.id, ".small"), one.first_name));
  const add = el("button.person.new", { "aria-label": t("addPerson"), title: t("addPerson"), onclick: addAgent }, icon("plus"));
  at("agents-people").replaceChildren(...chips, add);
}

async function addAgent() {
  const name = await ask(t("newPerson"), { field: "name" });
  if (!name) return;
  choose((await act("people", { name, language: document.documentElement.lang, group: group().chat.id })).id);
}

function choose(id) {
  current = id;
  localStorage.setItem("agent", id);
  document.dispatchEvent(new Event("tab"));
}

/** The first ticket opens by itself: whoever watches the demo should see it arrive. */
export function follow(event) {
  if (event.kind !== "topic" || event.chat !== group()?.chat.id || topic !== GENERAL || !group().topics.has(event.topic.id)) return;
  if (group().topics.size > 1 || composer.field.value) return;
  topic = event.topic.id;
  localStorage.setItem("topic", topic);
}

export const agentAnswered = (event) => answered(event, current, thread);

at("back").addEventListener("click", () => {
  document.body.classList.remove("in-topic");
  at("topics").querySelector("[aria-current=true]")?.focus({ focusVisible: false });
});
at("topic-more").addEventListener("click", (event) => {
  const shown = group()?.topics.get(topic), where = () => ({ person: current, chat: group().chat.id, topic });
  const entries = forum() ? [{ icon: "plus", label: t("newTopic"), act: newTopic }] : [];
  if (shown) {
    entries.push({ icon: "lock", label: t(shown.closed ? "reopenTopic" : "closeTopic"), act: () => composer.attempt("topic", { ...where(), text: shown.closed ? "reopen" : "close" }) });
    entries.push({ icon: "bin", label: t("deleteTopic"), danger: true, act: async () => {
      if (await ask(t("sureDelete", { name: shown.name }), { ok: "remove" })) composer.attempt("topic", { ...where(), text: "delete" });
    } });
  }
  openMenu(event.currentTarget, entries);
});

async function newTopic() {
  const name = await ask(t("newTopic"), { field: "topicName" });
  if (name) open(await act("topic", { person: current, chat: group().chat.id, text: `open ${name}` }));
}
