// Small pieces of page: elements, icons, menus, questions, toasts. Text is always text, never HTML.

import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HUES = ["#d4574e", "#c9791f", "#7a5bd0", "#3f9a48", "#1f93a8", "#2f78cf", "#c4528f"];

/** el("button.key", {title: "x", onclick: f}, child, "text") */
export function el(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  if (tag === "button") node.type = "button";
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const REACHED = "button, a[href], input, select, textarea, [tabindex]";
const reached = (host) => [...host.querySelectorAll(REACHED)].filter((one) => one.checkVisibility() && !one.disabled);

/** The keyboard stays where it is while things are drawn anew: what has come into the same place has it then. */
export function keepFocus(drawing) {
  const had = document.activeElement, hosts = [];
  for (let host = had?.closest("[id]"); host; host = host.parentElement?.closest("[id]")) hosts.push([host.id, reached(host).indexOf(had)]);
  drawing();
  if (document.activeElement !== document.body || had === document.body) return;
  if (had.isConnected && had.checkVisibility()) return had.focus();
  for (const [id, place] of hosts) {
    const now = document.getElementById(id), there = now?.checkVisibility() ? reached(now) : [];
    if (there.length) return there[Math.min(Math.max(place, 0), there.length - 1)].focus();
  }
}

export const hue = (number) => HUES[Math.abs(number) % HUES.length];

export function avatar(name, number, more = "") {
  const node = el(`span.avatar${more}`, { "aria-hidden": "true" }, [...name][0] ?? "?");
  node.style.setProperty("--hue", hue(number));
  return node;
}

export function botAvatar(more = "") {
  return el(`span.avatar${more}`, { "aria-hidden": "true" }, el("img", { src: "icon.svg", alt: "" }));
}

/** Opens a menu at a button; arrows walk it, Escape closes it. Entries are nodes or {icon, label, note, danger, act}. */
export function openMenu(anchor, entries) {
  const menu = document.getElementById("menu");
  closeMenu();
  menu.replaceChildren(...entries.map((entry) => (entry instanceof Node ? entry : menuItem(entry))));
  menu.hidden = false;
  anchor.setAttribute("aria-expanded", "true");
  menu.anchor = anchor;
  const box = anchor.getBoundingClientRect(), own = menu.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), innerWidth - own.width - 8);
  const top = box.bottom + own.height + 10 < innerHeight ? box.bottom + 6 : Math.max(8, box.top - own.height - 6);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
  menu.querySelector("button")?.focus({ focusVisible: false });
}

function menuItem(entry) {
  const words = el("span", {}, entry.label, entry.note ? el("small", {}, entry.note) : null);
  const act = () => { closeMenu(true); entry.act(); };
  const node = el(`button${entry.danger ? ".danger" : ""}`, { role: "menuitem", onclick: act }, entry.icon ? icon(entry.icon) : null, words);
  return node;
}

export function closeMenu(refocus = false) {
  const menu = document.getElementById("menu");
  if (menu.hidden) return;
  menu.hidden = true;
  menu.anchor?.removeAttribute("aria-expanded");
  if (refocus) menu.anchor?.focus({ focusVisible: false });
}

document.addEventListener("pointerdown", (event) => {
  const menu = document.getElementById("menu");
  if (!menu.hidden && !menu.contains(event.target) && !menu.anchor?.contains(event.target)) closeMenu();
});
document.addEventListener("keydown", (event) => {
  const menu = document.getElementById("menu");
  if (menu.hidden) return;
  if (event.key === "Escape") return closeMenu(true);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
});

/** Asks in a dialog; answers false, true, or what was typed when a field is asked for. */
export function ask(words, { field, ok = "ok", alert = false, value = "" } = {}) {
  const dialog = document.getElementById("dialog"), label = document.getElementById("dialog-field");
  const input = label.querySelector("input");
  document.getElementById("dialog-text").textContent = words;
  document.getElementById("dialog-ok").textContent = t(ok);
  dialog.querySelector("[value=cancel]").hidden = alert;
  label.hidden = !field;
  input.maxLength = value ? 4000 : 64;
  input.value = value;
  if (field) label.querySelector("span").textContent = t(field);
  dialog.returnValue = "";
  dialog.showModal();
  (field ? input : document.getElementById("dialog-ok")).focus();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "ok" ? (field ? input.value.trim() : true) : false);
  });
}

/** In a form Enter presses the first button, which is Cancel: make it OK. */
document.getElementById("dialog").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.tagName === "INPUT") {
    event.preventDefault();
    document.getElementById("dialog").close("ok");
  }
});

export function toast(pane, words) {
  const node = pane.querySelector(".toast");
  node.textContent = words;
  node.classList.add("on");
  clearTimeout(node.timer);
  node.timer = setTimeout(() => node.classList.remove("on"), 3200);
}

export function showPicture(source, alt) {
  const viewer = document.getElementById("viewer"), image = viewer.querySelector("img");
  image.src = source;
  image.alt = alt;
  viewer.showModal();
}
document.getElementById("viewer").addEventListener("click", (event) => event.currentTarget.close());
