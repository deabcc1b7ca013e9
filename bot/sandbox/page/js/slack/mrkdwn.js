// Slack's markup as its clients show it. Text is always text, never HTML.

import { el } from "../dom.js";
import { openLink } from "../ticket.js";
import { nameOf, slack } from "./store.js";

const INLINE = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\3(?![\w*_~])|:([a-z0-9_+'-]+):/g;
const TAGS = { "*": "b", _: "i", "~": "s" };
const STYLES = { bold: "b", italic: "i", strike: "s", code: "code" };

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A text with markup as nodes: lines quoted, fenced code, and what stands within a line. */
export function marked(text) {
  return text.split(/```\n?([\s\S]*?)\n?```/).flatMap((piece, number) => (number % 2 ? [el("pre", {}, plain(piece))] : paragraphs(piece)));
}

function paragraphs(text) {
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = /^(&gt;|>) ?/.test(line);
    if (runs.at(-1)?.quoted !== quoted) runs.push({ quoted, lines: [] });
    runs.at(-1).lines.push(quoted ? line.replace(/^(&gt;|>) ?/, "") : line);
  }
  return runs.filter((run) => run.quoted || run.lines.join("")).map((run) => el(run.quoted ? "blockquote" : "span", {}, ...inline(run.lines.join("\n"))));
}

export function inline(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(plain(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const [, target, code, mark, inner, emoji] = match;
    if (target) nodes.push(link(target));
    else if (code) nodes.push(el("code", {}, plain(code)));
    else if (mark) nodes.push(el(TAGS[mark], {}, ...inline(inner)));
    else nodes.push(slack.emoji[emoji] ?? `:${emoji}:`);
  }
  return [...nodes, plain(text.slice(at))].filter((node) => node !== "");
}

function link(target) {
  const [to, label] = target.split("|");
  if (to.startsWith("@")) return el("span.mention", {}, `@${nameOf(to.slice(1))}`);
  if (to.startsWith("#")) return el("span.mention", {}, `#${slack.channels.get(to.slice(1))?.name ?? to.slice(1)}`);
  if (to.startsWith("!date^")) return plain(label ?? "");
  if (to.startsWith("!")) return el("span.mention.loud", {}, `@${to.slice(1)}`);
  return anchor(plain(to), plain(label ?? to));
}

function anchor(url, label) {
  if (!/^(https?|mailto|tel):/.test(url)) return label;
  return el("a", { href: url, target: "_blank", rel: "noreferrer", onclick: (event) => openLink(url, event) }, label);
}

/** A rich_text block: what Slack's own clients send. */
export function rich(block) {
  return block.elements.map((part) => {
    if (part.type === "rich_text_list") return el(part.style === "ordered" ? "ol" : "ul", {}, ...part.elements.map((one) => el("li", {}, ...leaves(one.elements))));
    const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "span";
    return el(tag, {}, ...leaves(part.elements));
  });
}

const leaves = (elements) => elements.map(leaf);

function leaf(one) {
  switch (one.type) {
    case "link": return anchor(one.url, one.text || one.url);
    case "user": return el("span.mention", {}, `@${nameOf(one.user_id)}`);
    case "channel": return el("span.mention", {}, `#${slack.channels.get(one.channel_id)?.name ?? one.channel_id}`);
    case "broadcast": return el("span.mention.loud", {}, `@${one.range}`);
    case "emoji": return slack.emoji[one.name] ?? `:${one.name}:`;
  }
  return Object.entries(one.style ?? {}).reduce((node, [style, on]) => (on && STYLES[style] ? el(STYLES[style], {}, node) : node), one.text ?? one.fallback ?? "");
}

/** A text object of Block Kit. */
export const words = (object) => (object.type === "mrkdwn" ? marked(object.text) : [object.text.replace(/:([a-z0-9_+'-]+):/g, (all, name) => slack.emoji[name] ?? all)]);
