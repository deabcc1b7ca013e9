// What the page knows: one picture of the world at the start, then event by event. The server keeps everything.

import { t } from "./words.js";

export const store = { bot: {}, people: [], rooms: new Map(), samples: [], pulse: {}, profile: {}, answered: new Set() };
const listeners = [];

export const watch = (listener) => listeners.push(listener);
const tell = (event) => listeners.forEach((listener) => listener(event));

function room(number) {
  if (!store.rooms.has(number)) {
    store.rooms.set(number, { chat: { id: number, type: "private" }, topics: new Map(), messages: new Map(), reactions: {}, typing: null });
  }
  return store.rooms.get(number);
}

/** What to say where nothing arrives: that all of it goes to the other platform, if it does. */
export function elsewhere(route, there, here) {
  return store.pulse.desk?.route === route ? t("goElsewhere", { there, here }) : null;
}

let heard = 0;

/** What a stream brought. */
export function news(data) {
  heard += 1;
  return JSON.parse(data);
}

/** A picture of everything, taken again when news came meanwhile: it may not show them. */
export async function picture(address) {
  let state, before;
  do {
    before = heard;
    state = await (await fetch(address)).json();
  } while (heard !== before);
  return state;
}

export async function load() {
  const state = await picture("/sandbox/state");
  Object.assign(store, { bot: state.bot, people: state.people, samples: state.samples, pulse: state.pulse, profile: state.profile });
  store.rooms = new Map(state.rooms.map((one) => [one.chat.id, {
    ...one,
    topics: new Map(one.topics.map((topic) => [topic.id, topic])),
    messages: new Map(one.messages.map((message) => [message.message_id, message])),
    typing: null,
  }]));
  tell({ kind: "loaded" });
}

const apply = {
  message({ chat, message }) {
    const one = room(chat);
    message.fresh = !one.messages.has(message.message_id);
    one.messages.set(message.message_id, message);
    one.chat = message.chat;
    if (message.from?.is_bot) one.typing = null;
  },
  deleted({ chat, ids }) { ids.forEach((id) => room(chat).messages.delete(id)); },
  topic({ chat, topic }) { room(chat).topics.set(topic.id, topic); },
  topic_deleted({ chat, topic }) { room(chat).topics.delete(topic); },
  room({ chat }) { room(chat.id).chat = chat; },
  blocked({ chat, blocked }) { room(chat).blocked = blocked; },
  reaction({ chat, message_id, emoji }) { room(chat).reactions[message_id] = emoji; },
  typing({ chat, topic, action }) { room(chat).typing = action ? { topic, action, until: Date.now() + 5500 } : null; },
  answered({ query }) { store.answered.add(query); },
  person({ people }) { store.people = people; },
  commands({ people }) { store.people = people; },
  profile({ profile }) { store.profile = profile; },
};

export function connect(lost) {
  const events = new EventSource("/sandbox/events");
  let opened = false;
  events.onopen = () => {
    lost(false);
    if (opened) load();
    opened = true;
  };
  events.onerror = () => lost(true);
  events.onmessage = ({ data }) => {
    const event = news(data);
    if (event.pulse) store.pulse = event.pulse;
    apply[event.kind]?.(event);
    tell(event);
  };
  return new Promise((resolve) => events.addEventListener("open", resolve, { once: true }));
}

/** Does something for a person; throws with the server's words when it is refused. */
export async function act(name, body) {
  const form = body instanceof FormData;
  const headers = form ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(`/sandbox/${name}`, { method: "POST", headers, body: form ? body : JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export const person = (id) => store.people.find((one) => one.id === id);
export const customers = () => store.people.filter((one) => one.groups.length === 0);
export const group = () => [...store.rooms.values()].find((one) => one.chat.type !== "private");
export const agents = () => store.people.filter((one) => one.groups.includes(group()?.chat.id));

// What has been seen, per chat and topic; kept by the browser.
const seen = JSON.parse(localStorage.getItem("seen") || "{}");
export function see(key, messages) {
  const last = Math.max(0, ...messages.map((message) => message.message_id));
  if ((seen[key] ?? 0) >= last) return;
  seen[key] = last;
  localStorage.setItem("seen", JSON.stringify(seen));
}
export const unread = (key, messages) => messages.filter((m) => m.from?.is_bot && m.message_id > (seen[key] ?? 0) && !service(m)).length;

export function service(message) {
  return ["forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "pinned_message",
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"].find((name) => name in message);
}
