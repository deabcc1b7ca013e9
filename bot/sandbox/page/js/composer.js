// The field to write in: text, files in a tray, an answer or an edit above it, and the bot's menu of commands.

import { closeMenu, el, icon, openMenu, toast } from "./dom.js";
import { brief } from "./bubbles.js";
import { act, store } from "./store.js";
import { t } from "./words.js";

export class Composer {
  /** where(): {person, chat?, topic?}; commands(): the menu, or null where there is none; wide(): a button instead. */
  constructor(place, chat, pane, { where, commands = () => null, wide = () => null, id }) {
    Object.assign(this, { place, chat, pane, where, commands, wide, id, tray: [], about: null });
    this.kept = new Map();
    this.build();
    chat.addEventListener("dragover", (event) => { event.preventDefault(); chat.classList.add("dropping"); });
    chat.addEventListener("dragleave", () => chat.classList.remove("dropping"));
    chat.addEventListener("drop", (event) => {
      event.preventDefault();
      chat.classList.remove("dropping");
      this.add([...event.dataTransfer.files]);
    });
  }

  build() {
    const picked = (event) => { this.add([...event.target.files]); event.target.value = ""; };
    this.photos = el("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: picked });
    this.files = el("input", { type: "file", multiple: true, hidden: true, onchange: (event) => { this.asFile = true; picked(event); } });
    this.field = el("textarea", { id: this.id, rows: 1, oninput: () => this.grow(), onkeydown: (event) => this.keydown(event),
      onpaste: (event) => event.clipboardData.files.length && this.add([...event.clipboardData.files]) });
    this.above = el("div");
    this.menu = el("button.menu-button", { "aria-haspopup": "menu", onclick: () => this.openCommands() });
    this.clip = el("button.round", { "aria-haspopup": "menu", onclick: () => this.openAttach() }, icon("clip"));
    this.sender = el("button.round.send", { onclick: () => this.send() }, icon("send"));
    this.writing = el("div.writing", {}, this.menu, this.clip, this.field, this.sender);
    this.box = el("div.composer", {}, this.above, this.writing, this.photos, this.files);
    this.place.replaceChildren(this.box);
  }

  /** Follows what changed outside: person, topic, language, commands. What was typed stays with its chat. */
  refresh(key) {
    if (this.key !== key) {
      this.kept.set(this.key, this.field.value);
      this.key = key;
      this.field.value = this.kept.get(key) ?? "";
      this.tray = [];
      this.about = null;
    }
    const wide = this.wide();
    this.writing.hidden = Boolean(wide);
    this.box.querySelector(".wide")?.remove();
    if (wide) this.box.append(el(`button.wide${wide.full ? ".full" : ""}`, { onclick: wide.act, disabled: !wide.act }, wide.label));
    const commands = this.commands();
    this.menu.hidden = !commands?.length;
    this.menu.replaceChildren(icon("menu"), t("menu"));
    this.menu.setAttribute("aria-label", t("commands"));
    for (const [node, word] of [[this.clip, "attach"], [this.sender, "send"]]) {
      node.setAttribute("aria-label", t(word));
      node.title = t(word);
    }
    this.drawAbove();
    this.grow();
  }

  drawAbove() {
    const parts = [];
    if (this.about) {
      const { message, kind } = this.about;
      const close = el("button.round", { "aria-label": t("close"), onclick: () => { this.about = null; this.field.value = kind === "edit" ? "" : this.field.value; this.refresh(this.key); } }, icon("close"));
      const words = el("div", {}, el("b", {}, kind === "edit" ? t("editing") : message.from?.first_name ?? ""), el("span", {}, brief(message)));
      parts.push(el("div.about", {}, icon(kind === "edit" ? "pen" : "reply"), words, close));
    }
    if (this.tray.length) parts.push(el("div.tray", {}, ...this.tray.map((item, index) => this.trayItem(item, index))));
    this.above.replaceChildren(...parts);
    this.field.placeholder = t(this.tray.length ? "caption" : "message");
    this.field.setAttribute("aria-label", this.field.placeholder);
  }

  trayItem(item, index) {
    const shown = item.source ? el("img", { src: item.source, alt: item.name }) : el("span.name", {}, item.name);
    const drop = el("button", { "aria-label": t("removeFile", { name: item.name }), onclick: () => { this.tray.splice(index, 1); this.drawAbove(); } }, icon("close"));
    return el("div", {}, shown, drop);
  }

  add(files) {
    this.kind = this.asFile || files.some((file) => !file.type.startsWith("image/")) ? "document" : "photo";
    this.asFile = false;
    for (const file of files.slice(0, 10 - this.tray.length)) {
      const picture = file.type.startsWith("image/") && this.kind === "photo";
      this.tray.push({ file, name: file.name, source: picture ? URL.createObjectURL(file) : null });
    }
    this.drawAbove();
    this.field.focus();
  }

  openAttach() {
    const samples = el("div.samples", {}, ...store.samples.map((name) => {
      const source = `/sandbox/samples/${name}`;
      const image = el("img", { src: source, alt: t("sampleAlt", { name }) });
      const pick = () => { closeMenu(); this.kind = "photo"; this.tray.push({ sample: name, name, source }); this.drawAbove(); this.field.focus(); };
      return el("button", { role: "menuitem", onclick: pick }, image);
    }));
    openMenu(this.clip, [
      { icon: "picture", label: t("photos"), act: () => this.photos.click() },
      { icon: "file", label: t("file"), act: () => this.files.click() },
      el("h3", {}, t("samples")),
      samples,
    ]);
  }

  openCommands() {
    openMenu(this.menu, (this.commands() ?? []).map(({ command, description }) => ({
      label: el("code", {}, `/${command}`), note: description, act: () => this.say(`/${command}`),
    })));
  }

  answer(message) { this.about = { message, kind: "reply" }; this.refresh(this.key); this.field.focus(); }

  change(message) {
    this.about = { message, kind: "edit" };
    this.field.value = message.text ?? message.caption ?? "";
    this.refresh(this.key);
    this.field.focus();
  }

  keydown(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    if (event.key === "Escape" && this.about) { this.about = null; this.refresh(this.key); }
  }

  grow() {
    this.field.style.height = "38px";
    this.field.style.height = `${Math.min(Math.max(this.field.scrollHeight, 38), 132)}px`;
  }

  async send() {
    const text = this.field.value.trim(), about = this.about, tray = this.tray;
    if (!text && !tray.length) return this.field.focus();
    Object.assign(this, { tray: [], about: null });
    this.field.value = "";
    this.refresh(this.key);
    this.field.focus();
    const reply_to = about?.kind === "reply" ? about.message.message_id : undefined;
    const key = this.key;
    const gone = tray.length ? await this.attempt("attach", this.form(tray, text, reply_to))
      : about?.kind === "edit" ? await this.attempt("edit", { ...this.where(), topic: undefined, message_id: about.message.message_id, text })
      : await this.attempt("write", { ...this.where(), text, reply_to });
    if (!gone) this.giveBack(key, text, tray, about);
  }

  /** What could not be sent stands in the field again, unless there is something else by now. */
  giveBack(key, text, tray, about) {
    if (this.key !== key) return this.kept.set(key, this.kept.get(key) || text);
    if (this.field.value || this.tray.length) return;
    Object.assign(this, { tray, about });
    this.field.value = text;
    this.refresh(key);
  }

  say(text) { return this.attempt("write", { ...this.where(), text }); }

  form(tray, text, reply_to) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...this.where(), text, reply_to, kind: this.kind })) {
      if (value !== undefined && value !== null) form.append(name, value);
    }
    for (const item of tray) item.file ? form.append("files", item.file) : form.append("samples", item.sample);
    return form;
  }

  async attempt(name, body) {
    try {
      await act(name, body);
      return true;
    } catch (error) {
      toast(this.pane, t("notSent", { why: error.message }));
      return false;
    }
  }
}

/** What can be done with a message: the same menu on both sides. */
export function messageMenu(anchor, message, { person, chat, composer }) {
  const mine = message.from?.id === person;
  const react = (emoji) => composer.attempt("react", { person, chat, message_id: message.message_id, text: emoji });
  const row = el("div.row", {}, ...["👍", "❤️", "👀", "🎉", "🤔"].map((emoji) =>
    el("button", { role: "menuitem", "aria-label": t("react", { e: emoji }), onclick: () => { closeMenu(); react(emoji.replace("\uFE0F", "")); } }, emoji)));
  const entries = [row, { icon: "reply", label: t("reply"), act: () => composer.answer(message) }];
  if (mine && (message.text || message.caption)) entries.push({ icon: "pen", label: t("edit"), act: () => composer.change(message) });
  if (mine) entries.push({ icon: "bin", label: t("remove"), danger: true, act: () => composer.attempt("delete", { person, chat, message_id: message.message_id }) });
  openMenu(anchor, entries);
}
