// The agents' Slack: the channel, a thread at its side, and what an agent may do there.

import { ask, el, icon, toast } from "../dom.js";
import { elsewhere } from "../store.js";
import { leads } from "../ticket.js";
import { t } from "../words.js";
import { SlackComposer } from "./composer.js";
import { chips, handlers } from "./customer.js";
import { drawRows } from "./messages.js";
import { Modal } from "./modal.js";
import { dmOf, does, rooms, seeSlack, slack, unreadSlack, visible } from "./store.js";

const at = (id) => document.getElementById(id);
const pane = at("slack-agents"), list = at("slack-channel"), side = at("slack-thread"), frame = pane.querySelector(".sl-window");
let current = localStorage.getItem("slack-agent") ?? "", channel = "", thread = "";

const team = () => rooms()[0];
const agents = () => [...slack.people.values()].filter((one) => team()?.members.includes(one.id));
const room = () => slack.channels.get(channel);
const label = () => (room()?.is_im ? t("messageTo", { name: slack.app.name }) : t("messageTo", { name: `#${room()?.name ?? ""}` }));
const here = () => ({ person: current, channel });
const main = new SlackComposer(at("slack-channel-composer"), frame, { id: "slack-agents-text", where: here, label });
const answering = new SlackComposer(at("slack-thread-composer"), frame, { id: "slack-thread-text", where: () => ({ ...here(), thread }), label: () => t("replyHere"), shortcuts: false });
const modal = new Modal(at("slack-agents-modal"), () => current);

const threaded = (ts) => visible(room(), current).filter((message) => message.ts === ts || message.thread_ts === ts);
const roots = () => visible(room(), current).filter((message) => !message.thread_ts || message.thread_ts === message.ts);

function openThread(message) {
  thread = message.thread_ts ?? message.ts;
  document.dispatchEvent(new Event("tab"));
  at("slack-thread-text").focus({ focusVisible: false });
}

leads((url) => {
  const [, id, seconds, rest] = /^https:\/\/(?:\w+\.)?slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url) ?? [];
  if (!rooms().some((one) => one.id === id && one.members.includes(current))) return false;
  channel = id;
  openThread({ ts: `${seconds}.${rest}` });
  return true;
});

export function drawSlackAgents() {
  if (!team()) return 0;
  if (!agents().some((one) => one.id === current)) current = agents()[0]?.id ?? "";
  if (!room() || (room().is_im && !room().members.includes(current))) channel = team().id;
  const on = { ...handlers(() => current, here, () => main), me: current };
  drawSides();
  drawRows(list, roots(), { ...on, id: channel, thread: openThread, empty: () => el("div.sl-empty", {}, el("p", {}, elsewhere("telegram", "Telegram", "Slack") ?? t("channelEmpty"))) });
  main.refresh(`${current} ${channel}`);
  drawThread(on);
  modal.draw(slack.people.get(current)?.modals.at(-1));
  at("slack-agents-people").replaceChildren(...chips(agents(), current, choose, addAgent));
  const looking = !pane.checkVisibility || pane.checkVisibility(), shown = visible(room(), current);
  if (looking) seeSlack(channel, shown);
  return looking ? 0 : unreadSlack(team().id, visible(team(), current));
}

function drawThread(on) {
  const messages = thread ? threaded(thread) : [];
  const open = messages.length > 0;
  frame.classList.toggle("with-thread", open);
  at("slack-side").hidden = !open;
  if (!open) return;
  drawRows(side, messages, { ...on, id: `${channel} ${thread}` });
  answering.refresh(`${current} ${channel} ${thread}`);
}

function drawSides() {
  at("slack-team").textContent = slack.team.name;
  at("slack-channel-name").textContent = room().is_im ? slack.app.name : `# ${room().name}`;
  at("slack-channel-members").textContent = room().is_im ? "" : t("members", { n: room().members.length });
  at("slack-thread-where").textContent = room().is_im ? slack.app.name : `# ${room().name}`;
  const dm = dmOf(current);
  const entry = (one, words, symbol) => el("li", {}, el("button", { "aria-current": String(one.id === channel), onclick: () => show(one.id) }, icon(symbol), words));
  at("slack-rooms").replaceChildren(...rooms().filter((one) => one.members.includes(current)).map((one) => entry(one, one.name, "hash")), ...(dm ? [entry(dm, slack.app.name, "bubble")] : []));
}

function show(id) {
  [channel, thread] = [id, ""];
  document.dispatchEvent(new Event("tab"));
}

function choose(id) {
  current = id;
  localStorage.setItem("slack-agent", id);
  document.dispatchEvent(new Event("tab"));
}

async function addAgent() {
  const name = await ask(t("newPerson"), { field: "name" });
  if (name) choose((await does("people", { name, language: document.documentElement.lang === "es" ? "es-ES" : "en-US", channel: team().id })).id);
}

export function agentWarned(event) {
  if (event.person === current) toast(frame, event.text);
}

/** The first ticket opens by itself: whoever watches the demo should see its thread fill. */
export function followSlack(event) {
  if (event.kind !== "slack_message" || event.channel !== team()?.id || thread || main.field.value) return;
  if (event.message.bot_id && !event.message.thread_ts && event.message.blocks && innerWidth > 1180) thread = event.message.ts;
}

at("slack-thread-close").addEventListener("click", () => { thread = ""; document.dispatchEvent(new Event("tab")); });
