// What the page knows of Slack: one picture of the workspace at the start, then event by event.

import { news, picture } from "../store.js";

export const slack = { team: {}, app: {}, emoji: {}, people: new Map(), channels: new Map(), pulse: {} };
const listeners = [];

export const watchSlack = (listener) => listeners.push(listener);
const tell = (event) => listeners.forEach((listener) => listener(event));

function keepPerson(one) {
  slack.people.set(one.id, { home: null, modals: [], ...slack.people.get(one.id), ...one });
}

function keepChannel(one) {
  const before = slack.channels.get(one.id) ?? { messages: new Map(), whispers: [] };
  const messages = one.messages ? new Map(one.messages.map((message) => [message.ts, message])) : before.messages;
  slack.channels.set(one.id, { ...one, messages, whispers: one.whispers ?? before.whispers });
}

export async function loadSlack() {
  const state = await picture("/sandbox/slack/state");
  Object.assign(slack, { team: state.team, app: state.app, emoji: state.emoji, pulse: state.pulse, people: new Map(), channels: new Map() });
  state.people.forEach(keepPerson);
  state.channels.forEach(keepChannel);
  tell({ kind: "loaded" });
}

const apply = {
  slack_message({ channel, message }) {
    const kept = slack.channels.get(channel)?.messages;
    if (kept) kept.set(message.ts, message);
  },
  slack_deleted({ channel, ts }) { slack.channels.get(channel)?.messages.delete(ts); },
  slack_whisper({ channel, user, message }) { slack.channels.get(channel)?.whispers.push({ user, message }); },
  slack_unwhisper({ channel, user, ts }) {
    const room = slack.channels.get(channel);
    if (room) room.whispers = room.whispers.filter((one) => one.user !== user || one.message.ts !== ts);
  },
  slack_channel({ channel }) { keepChannel(channel); },
  slack_person({ person }) { keepPerson(person); },
  slack_view({ person, view, modals }) {
    const one = slack.people.get(person);
    if (view.type === "home") { one.home = view; return; }
    const known = new Map([...one.modals, view].map((each) => [each.id, each]));
    one.modals = modals.map((id) => known.get(id)).filter(Boolean);
  },
};

export function connectSlack() {
  const events = new EventSource("/sandbox/slack/events");
  let opened = false;
  events.onopen = () => {
    if (opened) loadSlack();
    opened = true;
  };
  events.onmessage = ({ data }) => {
    const event = news(data);
    if (event.pulse) slack.pulse = event.pulse;
    apply[event.kind]?.(event);
    tell(event);
  };
  return new Promise((resolve) => events.addEventListener("open", resolve, { once: true }));
}

/** Does something for a person in Slack; throws with the server's words when it is refused. */
export async function does(name, body) {
  const form = body instanceof FormData;
  const headers = form ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(`/sandbox/slack/${name}`, { method: "POST", headers, body: form ? body : JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export const rooms = () => [...slack.channels.values()].filter((one) => !one.is_im);
export const inRooms = (id) => rooms().some((room) => room.members.includes(id));
export const dmOf = (id) => [...slack.channels.values()].find((one) => one.is_im && one.members.includes(id));
export const isBot = (message) => Boolean(message.bot_id);

/** What somebody has on screen: the messages of a channel and what was whispered to them alone. */
export function visible(room, who) {
  if (!room) return [];
  const whispers = room.whispers.filter((one) => one.user === who).map((one) => one.message);
  return [...room.messages.values(), ...whispers].sort((a, b) => Number(a.ts) - Number(b.ts));
}

export function nameOf(id) {
  return id === slack.app.user ? slack.app.name : slack.people.get(id)?.real_name ?? id;
}

const seen = JSON.parse(localStorage.getItem("slack-seen") || "{}");
export function seeSlack(key, messages) {
  const last = Math.max(0, ...messages.map((message) => Number(message.ts)));
  if ((seen[key] ?? 0) >= last) return;
  seen[key] = last;
  localStorage.setItem("slack-seen", JSON.stringify(seen));
}
export const unreadSlack = (key, messages) => messages.filter((m) => isBot(m) && Number(m.ts) > (seen[key] ?? 0)).length;
