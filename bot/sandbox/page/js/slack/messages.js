// Rows of messages as Slack shows them: who, when, words or blocks, files, reactions, and the thread below.

import { avatar, botAvatar, el, icon, openMenu, showPicture } from "../dom.js";
import { day, size, t, time } from "../words.js";
import { drawBlocks } from "./blocks.js";
import { marked } from "./mrkdwn.js";
import { isBot, nameOf, slack } from "./store.js";

const QUICK = ["eyes", "white_check_mark", "+1", "heart", "tada", "pray"];
// Minutes until somebody's next message shows their name again.
const TOGETHER = 5 * 60;
const number = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);

export const face = (id, more = "") => (id === slack.app.user ? botAvatar(`${more}.square`) : avatar(nameOf(id), number(id), `${more}.square`));

/** Draws the rows again, keeping those that did not change. on: {me, id, press, react, thread?, menu, empty} */
export function drawRows(chat, messages, on) {
  const kept = chat.kept ?? new Map(), next = new Map(), rows = [];
  const atEnd = isNear(chat) || chat.atEnd || chat.shown !== on.id;
  let last = null, lastDay = "";
  for (const message of messages) {
    const today = day(Number(message.ts));
    if (today !== lastDay) rows.push(el("div.sl-day", {}, el("span", {}, today)));
    const joined = last && today === lastDay && last.user === message.user && !last.subtype?.startsWith("channel_") && Number(message.ts) - Number(last.ts) < TOGETHER && !message.is_ephemeral && !last.is_ephemeral;
    const key = JSON.stringify([message, joined, on.me, on.id, document.documentElement.lang, Boolean(on.thread)]);
    const row = kept.get(key) ?? drawRow(message, joined, on);
    next.set(key, row);
    rows.push(row);
    [last, lastDay] = [message, today];
  }
  if (!messages.length && on.empty) rows.push(on.empty());
  if (rows.length !== chat.children.length || rows.some((row, place) => row !== chat.children[place])) chat.replaceChildren(...rows);
  if (!chat.kept) hold(chat);
  // A hidden list cannot be scrolled: it begins at its end when it is shown again.
  [chat.kept, chat.shown, chat.atEnd] = [next, chat.clientHeight ? on.id : "", atEnd];
  if (atEnd) chat.scrollTop = chat.scrollHeight;
}

const isNear = (chat) => chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;

/** Who reads the newest message goes on doing so when a picture above it arrives, or the list becomes narrower: until they
 * scroll up themselves. */
function hold(chat) {
  let top = 0;
  const stay = () => { if (chat.atEnd) chat.scrollTop = chat.scrollHeight; };
  chat.addEventListener("scroll", () => { [chat.atEnd, top] = [isNear(chat) || (chat.atEnd && chat.scrollTop >= top), chat.scrollTop]; });
  chat.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(chat);
}

function drawRow(message, joined, on) {
  if (message.subtype === "tombstone") return el("div.sl-row", {}, el("div.sl-body", {}, el("p.quiet", {}, t("messageDeleted"))));
  const at = el("time", {}, time(Number(message.ts)));
  const who = el("div.sl-who", {}, el("b", {}, nameOf(message.user)), isBot(message) ? el("span.sl-app", {}, "APP") : null, at);
  const body = el("div.sl-body", {},
    message.is_ephemeral ? el("p.sl-only", {}, icon("eye"), t("onlyYou")) : null,
    joined ? null : who, content(message, on), ...files(message), reactions(message, on), summary(message, on));
  const side = joined ? el("span.sl-side", {}, at.cloneNode(true)) : face(message.user);
  const kinds = [joined ? ".joined" : "", message.is_ephemeral ? ".whisper" : ""].join("");
  return el(`div.sl-row${kinds}`, { "data-ts": message.ts }, side, body, message.is_ephemeral ? null : tools(message, on));
}

function content(message, on) {
  const press = (element, value, block, node) => on.press(message, element, value, node);
  const body = message.blocks?.length ? drawBlocks(message.blocks, { press }) : message.text ? [el("div.bk-text", {}, ...marked(message.text))] : [];
  const edited = message.edited ? el("small.sl-edited", {}, t("editedMark")) : null;
  return el("div.sl-content", {}, ...body, edited);
}

function files(message) {
  return (message.files ?? []).map((file) => {
    const url = `/sandbox/slack/files/${file.id}`;
    if (file.mimetype.startsWith("image/")) {
      return el("button.sl-picture", { onclick: () => showPicture(url, file.name), "aria-label": file.name }, el("small", {}, file.name), el("img", { src: url, alt: file.name }));
    }
    return el("a.sl-file", { href: url, download: file.name }, el("i", {}, icon("file")), el("span", {}, el("b", {}, file.title), el("small", {}, `${file.pretty_type} · ${size(file.size)}`)));
  });
}

function reactions(message, on) {
  if (!message.reactions?.length) return null;
  return el("div.sl-reactions", {}, ...message.reactions.map((one) => el("button", {
    "aria-pressed": String(one.users.includes(on.me)), "aria-label": t("react", { e: one.name }), title: one.users.map(nameOf).join(", "), onclick: () => on.react(message, one.name),
  }, slack.emoji[one.name] ?? `:${one.name}:`, el("b", {}, String(one.count)))));
}

function summary(message, on) {
  if (!on.thread || !message.reply_count) return null;
  const label = t(message.reply_count === 1 ? "oneReply" : "replies", { n: message.reply_count });
  return el("button.sl-thread", { onclick: () => on.thread(message) }, ...(message.reply_users ?? []).slice(0, 3).map((id) => face(id, ".tiny")), el("b", {}, label), el("small", {}, time(Number(message.latest_reply))));
}

function tools(message, on) {
  const quick = QUICK.slice(0, 3).map((name) => el("button", { "aria-label": t("react", { e: name }), onclick: () => on.react(message, name) }, slack.emoji[name]));
  const answer = on.thread ? el("button", { "aria-label": t("replyThread"), title: t("replyThread"), onclick: () => on.thread(message) }, icon("bubble")) : null;
  const more = el("button", { "aria-label": t("actions"), "aria-haspopup": "menu", onclick: (event) => openMenu(event.currentTarget, menu(message, on)) }, icon("dots"));
  return el("div.sl-tools", {}, ...quick, answer, more);
}

function menu(message, on) {
  const row = el("div.row", {}, ...QUICK.map((name) => el("button", { role: "menuitem", "aria-label": t("react", { e: name }), onclick: () => { on.react(message, name); document.getElementById("menu").hidden = true; } }, slack.emoji[name])));
  return [row, ...on.menu(message)];
}
