// Slack's field to write in: text, files in a tray, shortcuts and the slash command.

import { el, icon, openMenu, toast } from "../dom.js";
import { store } from "../store.js";
import { t } from "../words.js";
import { does, slack } from "./store.js";

export class SlackComposer {
  /** where(): {person, channel?, thread?}; shortcuts: whether to offer / and the lightning bolt. */
  constructor(place, pane, { where, id, label, shortcuts = true }) {
    Object.assign(this, { place, pane, where, id, label, shortcuts, tray: [], kept: new Map() });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, onchange: (event) => { this.add([...event.target.files]); event.target.value = ""; } });
    this.field = el("textarea", { id, rows: 1, oninput: () => this.grow(), onkeydown: (event) => this.keydown(event), onpaste: (event) => event.clipboardData.files.length && this.add([...event.clipboardData.files]) });
    this.above = el("div.tray");
    this.clip = el("button.round", { "aria-haspopup": "menu", onclick: () => this.openAttach() }, icon("plus"));
    this.bolt = el("button.round", { "aria-haspopup": "menu", hidden: !shortcuts, onclick: () => this.openShortcuts() }, icon("bolt"));
    this.sender = el("button.round.send", { onclick: () => this.send() }, icon("send"));
    place.replaceChildren(el("div.sl-composer", {}, this.above, this.field, el("div.sl-keys", {}, this.clip, this.bolt, el("span.spring"), this.sender), this.picker));
  }

  refresh(key) {
    if (this.key !== key) {
      this.kept.set(this.key, this.field.value);
      this.key = key;
      this.field.value = this.kept.get(key) ?? "";
      this.tray = [];
    }
    this.field.placeholder = this.label();
    this.field.setAttribute("aria-label", this.label());
    for (const [node, word] of [[this.clip, "attach"], [this.bolt, "shortcuts"], [this.sender, "send"]]) {
      node.setAttribute("aria-label", t(word));
      node.title = t(word);
    }
    this.drawTray();
    this.grow();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 132)}px`;
    this.sender.disabled = !this.field.value.trim() && !this.tray.length;
  }

  keydown(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  add(files) {
    this.tray.push(...files.map((file) => ({ file, name: file.name, url: file.type.startsWith("image/") ? URL.createObjectURL(file) : "" })));
    this.drawTray();
    this.grow();
    this.field.focus();
  }

  drawTray() {
    this.above.hidden = !this.tray.length;
    this.above.replaceChildren(...this.tray.map((one) => el("div", {}, one.url ? el("img", { src: one.url, alt: one.name }) : el("span.name", {}, one.name),
      el("button", { "aria-label": t("removeFile", { name: one.name }), onclick: () => { this.tray = this.tray.filter((each) => each !== one); this.drawTray(); this.grow(); } }, icon("close")))));
  }

  openAttach() {
    const samples = store.samples.map((name) => el("button", { role: "menuitem", "aria-label": t("sampleAlt", { name }), onclick: () => this.sample(name) }, el("img", { src: `/sandbox/samples/${name}`, alt: "" })));
    openMenu(this.clip, [{ icon: "file", label: t("file"), act: () => this.picker.click() }, el("h3", {}, t("samples")), el("div.samples", {}, ...samples)]);
  }

  sample(name) {
    document.getElementById("menu").hidden = true;
    this.tray.push({ sample: name, name: `${name}.png`, url: `/sandbox/samples/${name}` });
    this.drawTray();
    this.grow();
    this.field.focus();
  }

  openShortcuts() {
    const person = this.where().person;
    const globals = Object.entries(slack.app.shortcuts).map(([name, label]) => ({ icon: "bolt", label, note: slack.app.name, act: () => this.attempt("shortcut", { person, name }) }));
    openMenu(this.bolt, [...globals, { icon: "slash", label: slack.app.command, note: t("slashCommand"), act: () => { this.field.value = `${slack.app.command} `; this.grow(); this.field.focus(); } }]);
  }

  async send() {
    const text = this.field.value.trim(), files = this.tray, where = this.where(), key = this.key;
    if (!text && !files.length) return;
    this.field.value = "";
    this.tray = [];
    this.drawTray();
    this.grow();
    const command = this.shortcuts && (text === slack.app.command || text.startsWith(`${slack.app.command} `));
    const { person, channel } = where;
    const gone = command ? await this.attempt("command", { person, channel, text: text.slice(slack.app.command.length).trim() })
      : files.length ? await this.attempt("attach", upload(where, files, text))
      : await this.attempt("write", { ...where, text });
    if (gone === null) this.giveBack(key, text, files);
  }

  /** What could not be sent stands in the field again, unless there is something else by now. */
  giveBack(key, text, files) {
    if (this.key !== key) return this.kept.set(key, this.kept.get(key) || text);
    if (this.field.value || this.tray.length) return;
    this.field.value = text;
    this.tray = files;
    this.drawTray();
    this.grow();
  }

  async attempt(name, body) {
    try {
      return await does(name, body);
    } catch (error) {
      toast(this.pane, t("notSent", { why: error.message }));
      return null;
    }
  }
}

/** Files of a tray as a form. */
export function upload(where, files, text = "") {
  const form = new FormData();
  Object.entries({ ...where, text }).forEach(([name, value]) => value && form.append(name, value));
  files.forEach((one) => (one.sample ? form.append("samples", one.sample) : form.append("files", one.file, one.name)));
  return form;
}
