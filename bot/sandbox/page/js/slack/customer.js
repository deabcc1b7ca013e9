// The phone with Slack on it: one customer's direct messages with the app, and its Home.

import { ask, el, icon, toast } from "../dom.js";
import { t, time } from "../words.js";
import { drawBlocks } from "./blocks.js";
import { SlackComposer } from "./composer.js";
import { drawRows, face } from "./messages.js";
import { Modal } from "./modal.js";
import { dmOf, does, inRooms, isBot, seeSlack, slack, unreadSlack, visible } from "./store.js";

const at = (id) => document.getElementById(id);
const pane = at("slack-customer"), chat = at("slack-chat"), home = at("slack-home"), phone = pane.querySelector(".phone");
let current = localStorage.getItem("slack-customer") ?? "", tab = "messages";

const customers = () => [...slack.people.values()].filter((one) => !inRooms(one.id));
const room = () => dmOf(current);
const roots = () => visible(room(), current).filter((message) => !message.thread_ts || message.thread_ts === message.ts || isBot(message));
const composer = new SlackComposer(at("slack-composer"), phone, { id: "slack-text", where: () => ({ person: current }), label: () => t("messageTo", { name: slack.app.name ?? "" }) });
const modal = new Modal(at("slack-modal"), () => current);

/** What may be done with messages, for whoever looks at them. */
export function handlers(me, where, composing) {
  return {
    press(message, element, value, node) {
      node?.classList.add("busy");
      setTimeout(() => node?.classList.remove("busy"), 1500);
      composing().attempt("press", { ...where(), ts: message.ts, action_id: element.action_id, value });
    },
    react: (message, name) => composing().attempt("react", { ...where(), ts: message.ts, name }),
    menu: (message) => entries(message, me(), where, composing),
  };
}

function entries(message, me, where, composing) {
  const found = Object.entries(slack.app.message_shortcuts).map(([name, label]) => ({ icon: "bolt", label, note: slack.app.name, act: () => composing().attempt("shortcut", { ...where(), ts: message.ts, name }) }));
  if (message.user === me) {
    found.push({ icon: "pen", label: t("edit"), act: () => edit(message, where, composing) });
    found.push({ icon: "bin", label: t("remove"), danger: true, act: () => composing().attempt("delete", { ...where(), ts: message.ts }) });
  }
  return found;
}

async function edit(message, where, composing) {
  const text = await ask(t("editing"), { field: "message", value: message.text });
  if (text) composing().attempt("edit", { ...where(), ts: message.ts, text });
}

export function chips(list, now, choose, add) {
  const made = list.map((one) => el("button.person", { "aria-pressed": String(one.id === now), onclick: () => choose(one.id) }, face(one.id, ".small"), one.real_name));
  return [...made, el("button.person.new", { "aria-label": t("addPerson"), title: t("addPerson"), onclick: add }, icon("plus"))];
}

async function addPerson() {
  const name = await ask(t("newPerson"), { field: "name" });
  if (name) choose((await does("people", { name, language: at("slack-language").value })).id);
}

function choose(id) {
  current = id;
  localStorage.setItem("slack-customer", id);
  if (tab === "home") visit("home");
  document.dispatchEvent(new Event("tab"));
}

function visit(wanted) {
  tab = wanted;
  does("home", { person: current, name: wanted });
  document.dispatchEvent(new Event("tab"));
}

export function drawSlackCustomer() {
  if (!slack.app.name) return 0;
  if (!customers().some((one) => one.id === current)) current = customers()[0]?.id ?? "";
  const person = slack.people.get(current), shown = roots(), looking = !pane.checkVisibility || pane.checkVisibility();
  at("slack-app-name").textContent = slack.app.name;
  at("slack-time").textContent = time(Date.now() / 1000);
  at("slack-language").value = person?.locale ?? "es-ES";
  for (const button of pane.querySelectorAll(".sl-tabs button")) button.setAttribute("aria-selected", String(button.dataset.view === tab));
  [chat.hidden, at("slack-composer").hidden, home.hidden] = [tab !== "messages", tab !== "messages", tab !== "home"];
  drawRows(chat, shown, { ...handlers(() => current, () => ({ person: current }), () => composer), me: current, id: `c${current}`, empty: () => el("div.sl-empty", {}, face(slack.app.user), el("strong", {}, slack.app.name), el("p", {}, t("slackHello", { command: slack.app.command }))) });
  composer.refresh(`c${current}`);
  drawHome(person);
  modal.draw(person?.modals.at(-1));
  at("slack-customers").replaceChildren(...chips(customers(), current, choose, addPerson));
  if (looking && tab === "messages") seeSlack(`c${current}`, shown);
  return looking ? 0 : unreadSlack(`c${current}`, shown);
}

function drawHome(person) {
  const view = person?.home, key = JSON.stringify([view, document.documentElement.lang]);
  if (home.key === key) return;
  home.key = key;
  const press = (element, value, _block, node) => { node?.classList.add("busy"); composer.attempt("choose", { person: current, view: view.id, action_id: element.action_id, value }).finally(() => node?.classList.remove("busy")); };
  home.replaceChildren(...(view ? drawBlocks(view.blocks, { press }) : [el("div.sl-empty", {}, el("p", {}, t("homeEmpty")))]));
}

export function customerWarned(event) {
  if (event.person === current) toast(phone, event.text);
}

for (const button of pane.querySelectorAll(".sl-tabs button")) button.addEventListener("click", () => visit(button.dataset.view));
at("slack-language").addEventListener("change", (event) => does("language", { person: current, language: event.target.value }));
