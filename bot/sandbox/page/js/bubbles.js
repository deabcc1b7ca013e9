// Draws the messages of a chat. What has not changed keeps its node, so nothing flickers and focus stays.

import { avatar, botAvatar, el, hue, icon, showPicture } from "./dom.js";
import { marked } from "./entities.js";
import { service, store } from "./store.js";
import { day, language, size, t, time } from "./words.js";

const GAP = 300;

/**
 * view: {me, names, reactions, on: {press, link, command, actions, jump}, empty}
 * `names`: in a group every bubble says who wrote it.
 */
export function draw(chat, messages, view) {
  const wanted = layout(messages, view);
  const old = new Map([...chat.children].map((node) => [node.dataset.key, node]));
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 90;
  const nodes = wanted.map(({ key, mark, make }) => {
    const kept = old.get(key);
    if (kept && kept.dataset.mark === mark) return kept;
    const node = make();
    node.dataset.key = key;
    node.dataset.mark = mark;
    return node;
  });
  if (nodes.length !== chat.children.length || nodes.some((node, index) => node !== chat.children[index])) chat.replaceChildren(...nodes);
  if (atEnd || chat.dataset.shown !== view.id || messages.at(-1)?.from?.id === view.me) scrollDown(chat);
  // A hidden chat cannot be scrolled: it begins at its end when it is shown again.
  chat.dataset.shown = chat.clientHeight ? view.id : "";
}

export function scrollDown(chat) {
  chat.scrollTop = chat.scrollHeight;
  // Pictures and fonts arrive later than the words.
  requestAnimationFrame(() => { chat.scrollTop = chat.scrollHeight; });
}

function layout(messages, view) {
  const items = [];
  const add = (key, mark, make) => items.push({ key, mark: `${language} ${mark}`, make });
  let last = null, before = null;
  for (const group of albums(messages)) {
    const [first] = group;
    if (!last || day(last.date) !== day(first.date)) add(`day ${first.date}`, day(first.date), () => el("div.pill", {}, day(first.date)));
    if (service(first)) {
      add(`m${first.message_id}`, JSON.stringify(first), () => el("div.pill", {}, said(first)));
      last = first;
      continue;
    }
    const again = follows(last, first);
    if (again) before.follow();
    before = lineItem(group, view, again);
    items.push(before);
    last = first;
  }
  if (!items.length) add("empty", view.id, view.empty);
  return items.map((item) => ({ ...item, mark: item.seal ? item.seal() : item.mark }));
}

function lineItem(group, view, again) {
  let followed = false;
  const ids = group.map((m) => m.message_id);
  const reactions = ids.map((id) => view.reactions?.[id] ?? []).flat();
  const core = JSON.stringify(group.map(({ fresh, ...rest }) => rest)) + JSON.stringify(reactions) + view.me + view.names;
  return {
    key: `m${ids[0]}`,
    follow: () => { followed = true; },
    seal: () => `${language}${core}${again}${followed}`,
    make: () => line(group, view, again, followed, reactions),
  };
}

function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1)?.[0];
    if (message.media_group_id && last?.media_group_id === message.media_group_id) groups.at(-1).push(message);
    else groups.push([message]);
  }
  return groups;
}

const follows = (last, next) => Boolean(last && !service(last) && last.from?.id === next.from?.id && next.date - last.date < GAP && day(last.date) === day(next.date));

function line(group, view, again, followed, reactions) {
  const [message] = group;
  const mine = message.from?.id === view.me;
  const node = el(`div.line${mine ? ".mine" : ""}${again ? ".again" : ""}${followed ? ".followed" : ""}${message.fresh ? ".new" : ""}`);
  node.id = `${view.id}-${message.message_id}`;
  message.fresh = false;
  if (view.names && !mine) node.append(message.from.is_bot ? botAvatar() : avatar(message.from.first_name, message.from.id));
  const stack = el("div.stack", {}, bubble(group, view, mine, again, reactions), keys(message, view));
  const act = el("button.round.act", { "aria-label": t("actions"), title: t("actions"), "aria-haspopup": "menu", onclick: () => view.on.actions(act, message) }, icon("dots"));
  stack.append(act);
  node.append(stack);
  return node;
}

function bubble(group, view, mine, again, reactions) {
  const [message] = group;
  const photos = group.filter((one) => one.photo || one.video);
  const words = message.text ?? group.find((one) => one.caption)?.caption;
  const entities = message.entities ?? group.find((one) => one.caption)?.caption_entities;
  const node = el(`div.bubble${photos.length ? ".media" : ""}`);
  if (view.names && !mine && !again) node.append(author(message.from));
  const answered = message.reply_to_message;
  if (answered && !answered.forum_topic_created) node.append(quote(answered, message.quote, view));
  if (photos.length) node.append(pictures(photos));
  node.append(...group.map(attachment).filter(Boolean));
  if (words) node.append(el("div.text", {}, marked(words, entities, view.on), meta(message, group, mine, "space")));
  node.append(meta(message, group, mine));
  if (reactions.length) node.append(el("div.reactions", {}, ...reactions.map((emoji) => el("span", {}, emoji))));
  return node;
}

function author(from) {
  const node = el("div.author", {}, from.first_name, from.is_bot ? el("span.role", {}, t("role_bot")) : null);
  if (!from.is_bot) node.style.setProperty("--hue-ink", hue(from.id));
  return node;
}

/** The time stands at the foot of the bubble; a hidden copy after the words keeps its place free. */
function meta(message, group, mine, kind = "meta") {
  // Telegram's programs mark what people have edited, never what bots have.
  const edited = group.some((one) => one.edit_date && !one.from?.is_bot);
  return el(`span.${kind}`, { "aria-hidden": kind === "space" }, edited ? t("edited") : null, el("time", {}, time(message.date)), mine ? icon("check") : null);
}

function quote(answered, part, view) {
  const who = answered.from?.first_name ?? "";
  const words = part?.text || brief(answered);
  return el("button.quote", { "aria-label": t("quoteOf", { who }), onclick: () => view.on.jump(answered.message_id) }, el("b", {}, who), el("span", {}, words));
}

/** A message in a few words: for quotes and the list of topics. */
export function brief(message) {
  if (service(message)) return said(message);
  const kind = ["photo", "document", "voice", "video", "audio", "sticker", "location", "contact", "poll", "dice"].find((name) => message[name]);
  const words = (message.text ?? message.caption ?? "").replace(/\s+/g, " ");
  return kind ? `${kind === "document" ? message.document.file_name ?? t(kind) : t(kind)}${words ? ` · ${words}` : ""}` : words;
}

export function said(message) {
  const who = message.from?.first_name ?? "";
  const facts = { who, name: message.forum_topic_created?.name ?? message.forum_topic_edited?.name };
  const key = { forum_topic_created: "topicCreated", forum_topic_edited: "topicEdited", forum_topic_closed: "topicWasClosed",
    forum_topic_reopened: "topicWasReopened", pinned_message: "pinned", left_chat_member: "left", new_chat_members: "joined" }[service(message)];
  return t(key ?? "migrated", facts);
}

function pictures(group) {
  const count = group.length === 1 ? "one" : group.length === 2 ? "two" : "many";
  const odd = group.length > 2 && group.length % 2 ? ".odd" : "";
  return el(`div.photos.${count}${odd}`, {}, ...group.map((message) => {
    if (message.video) return el("video", { controls: true, src: `/sandbox/files/${message.video.file_id}` });
    const large = message.photo.at(-1), source = `/sandbox/files/${large.file_id}`;
    const alt = message.caption || t("picture");
    const image = el("img", { src: source, alt, width: large.width, height: large.height, loading: "lazy" });
    return el("button", { onclick: () => showPicture(source, alt) }, image);
  }));
}

function attachment(message) {
  if (message.document) {
    const { file_id, file_name, file_size } = message.document;
    const words = el("span", {}, el("b", {}, file_name ?? t("document")), el("small", {}, size(file_size ?? 0)));
    return el("a.attached", { href: `/sandbox/files/${file_id}`, download: file_name ?? "file" }, el("i", {}, icon("file")), words);
  }
  if (message.voice || message.audio) return el("audio", { controls: true, src: `/sandbox/files/${(message.voice ?? message.audio).file_id}` });
  if (message.sticker) return el("div.big", {}, message.sticker.emoji ?? "🙂");
  if (message.dice) return el("div.big", {}, `${message.dice.emoji} ${message.dice.value}`);
  if (message.location) return el("div", {}, `📍 ${message.location.latitude}, ${message.location.longitude}`);
  if (message.contact) return el("div", {}, `👤 ${message.contact.first_name} ${message.contact.phone_number}`);
  if (message.poll) return el("div", {}, el("b", {}, message.poll.question), ...message.poll.options.map((one) => el("div", {}, `○ ${one.text}`)));
  return null;
}

function keys(message, view) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div.keys", {}, ...rows.map((row) => el("div", {}, ...row.map((button) => key(button, message, view)))));
}

function key(button, message, view) {
  const url = button.url ?? button.web_app?.url;
  if (url) return el("a.key", { href: url, target: "_blank", rel: "noreferrer", onclick: (event) => view.on.link(url, event) }, button.text, icon("out"));
  const node = el("button.key", { onclick: () => view.on.press(node, message, button) }, button.text);
  return node;
}

/** A chat that stands at its end stays there when it becomes narrower or lower. */
export function holdEnd(chat) {
  let atEnd = true;
  chat.addEventListener("scroll", () => { atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 90; });
  new ResizeObserver(() => { if (atEnd) scrollDown(chat); }).observe(chat);
}

/** Whoever presses under the last message wants to see what becomes of it, whatever its length will be. */
export function stayWith(chat, node) {
  if (node.closest(".line") === chat.lastElementChild) scrollDown(chat);
}

/** The spinner on a button lasts until the press is answered, and at most as long as Telegram shows it. */
export async function spin(node, press) {
  node.classList.add("busy");
  const stop = () => node.classList.remove("busy");
  setTimeout(stop, 8000);
  const { id } = await press;
  const look = setInterval(() => {
    if (!store.answered.has(id) && node.isConnected) return;
    clearInterval(look);
    stop();
  }, 80);
  setTimeout(() => clearInterval(look), 8000);
}
