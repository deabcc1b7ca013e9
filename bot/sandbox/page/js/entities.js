// A text with its entities as nodes. Offsets are UTF-16 units, which is what JavaScript counts.

import { el } from "./dom.js";

const WRAP = {
  bold: () => el("b"), italic: () => el("i"), underline: () => el("u"), strikethrough: () => el("s"), code: () => el("code"),
  pre: () => el("pre"), blockquote: () => el("blockquote"), expandable_blockquote: () => el("blockquote"),
  spoiler: () => el("span.spoiler", { tabindex: 0 }), mention: () => el("span.command"), hashtag: () => el("span.command"),
};

/** `on.link(url, event)` and `on.command(text)` decide what a press does. */
export function marked(text, entities, on) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const out = document.createDocumentFragment();
  fill(out, text, 0, text.length, sorted, on);
  return out;
}

function fill(parent, text, from, to, entities, on) {
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at || entity.offset >= to) continue;
    const end = Math.min(entity.offset + entity.length, to);
    parent.append(...plain(text.slice(at, entity.offset), on));
    const covered = text.slice(entity.offset, end);
    const node = wrap(entity, covered, on);
    fill(node, text, entity.offset, end, entities.slice(index + 1), on);
    parent.append(node);
    at = end;
    // A quote or a block ends its own line.
    if (["pre", "blockquote", "expandable_blockquote"].includes(entity.type) && text[at] === "\n") at += 1;
  }
  parent.append(...(parent.tagName === "A" ? [text.slice(at, to)] : plain(text.slice(at, to), on)));
}

function wrap(entity, covered, on) {
  if (entity.type === "url") return link(covered.includes("://") ? covered : `https://${covered}`, on);
  if (entity.type === "text_link") return link(entity.url, on);
  if (entity.type === "date_time") return el("time", { title: new Date(entity.unix_time * 1000).toLocaleString() });
  if (entity.type === "email") return el("a", { href: `mailto:${covered}` });
  if (entity.type === "bot_command") return el("button.command", { onclick: () => on.command(covered) });
  return (WRAP[entity.type] ?? (() => el("span")))();
}

function link(url, on) {
  const safe = /^(https?|tg|mailto|tel):/i.test(url) ? url : "#";
  return el("a", { href: safe, target: "_blank", rel: "noreferrer", onclick: (event) => on.link(safe, event) });
}

/** Addresses on this machine are no links to Telegram, but here people want to press them. */
function* plain(text, on) {
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/(?:localhost|127\.0\.0\.1)[^\s<>"]*[^\s<>".,;:!?)]/g)) {
    if (found.index > at) yield text.slice(at, found.index);
    const node = link(found[0], on);
    node.append(found[0]);
    yield node;
    at = found.index + found[0].length;
  }
  if (at < text.length) yield text.slice(at);
}
