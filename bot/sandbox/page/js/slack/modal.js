// A person's modals, drawn over their Slack. Fields keep what was typed while the rest changes around them.

import { el, icon, openMenu } from "../dom.js";
import { store } from "../store.js";
import { size, t } from "../words.js";
import { drawBlocks, select } from "./blocks.js";
import { upload } from "./composer.js";
import { does, slack } from "./store.js";

export class Modal {
  /** host: where it lies; person(): whose. */
  constructor(host, person) {
    Object.assign(this, { host, person, kept: new Map(), pending: new Map() });
    host.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  /** Slack's own words, in the language of whose Slack it is. */
  says(key) {
    return t(key, {}, slack.people.get(this.person())?.locale?.slice(0, 2));
  }

  draw(view) {
    const opening = view && this.host.hidden, closing = !view && !this.host.hidden;
    if (opening) this.before = document.activeElement;
    this.host.hidden = !view;
    if (!view) {
      if (closing && this.before?.isConnected) this.before.focus({ focusVisible: false });
      this.kept.clear();
      this.pending.clear();
      this.host.replaceChildren();
      this.shown = "";
      return;
    }
    this.view = view;
    const next = new Map();
    const body = view.blocks.map((block) => this.block(block, next));
    this.kept = next;
    this.place(view, body);
    if (opening || this.shown !== view.id) this.host.querySelector(".sl-fields :is(input, select, textarea)")?.focus({ focusVisible: false });
    this.shown = view.id;
    this.point(JSON.stringify(view.errors ?? {}));
  }

  /** What is wrong is brought before their eyes, once. */
  point(wrong) {
    if (wrong !== this.wrong) this.host.querySelector(".sl-error")?.closest(".sl-input").scrollIntoView({ block: "nearest" });
    this.wrong = wrong;
  }

  /** Only what changed is touched, so that nobody loses the field they are in. */
  place(view, body) {
    const key = JSON.stringify([view.id, view.title, view.submit, view.close, view.busy, view.trouble, document.documentElement.lang]);
    let box = this.host.querySelector(".sl-modal");
    if (!box || box.key !== key) {
      const cross = el("button.round", { "aria-label": this.says("close"), onclick: () => this.close() }, icon("close"));
      const close = el("button.bk-button", { onclick: () => this.close() }, view.close?.text ?? this.says("close"));
      const send = view.submit ? el("button.bk-button.primary", { disabled: view.busy, onclick: () => this.submit() }, view.busy ? this.says("sending") : view.submit.text) : null;
      const fields = el("div.sl-fields");
      const foot = [view.trouble ? el("p.sl-trouble", { role: "alert" }, view.trouble) : null, el("footer", {}, close, send)];
      box = el("div.sl-modal", { role: "dialog", "aria-modal": "true", "aria-label": view.title.text }, el("header", {}, el("h2", {}, view.title.text), cross), fields, ...foot.filter(Boolean));
      box.key = key;
      this.host.replaceChildren(box);
    }
    const fields = box.querySelector(".sl-fields"), top = fields.scrollTop;
    for (const node of [...fields.children]) if (!body.includes(node)) node.remove();
    body.forEach((node, at) => { if (fields.children[at] !== node) fields.insertBefore(node, fields.children[at] ?? null); });
    fields.scrollTop = top;
  }

  block(block, next) {
    const error = this.view.errors?.[block.block_id] ?? "";
    const state = this.view.state.values[block.block_id];
    const files = block.element?.type === "file_input" ? state : null;
    const key = JSON.stringify([this.view.root_view_id, block, error, files, document.documentElement.lang]);
    const node = this.kept.get(key) ?? drawBlocks([block], { press: (one, value) => this.choose(one, value), chosen: (one) => state?.[one.action_id]?.selected_option?.value, input: (each) => this.input(each, error, state?.[each.element.action_id]) })[0];
    next.set(key, node);
    return node;
  }

  input(block, error, state) {
    const label = el("span.sl-label", {}, block.label.text, block.optional ? el("small", {}, this.says("optional")) : null);
    const hint = block.hint ? el("small.sl-hint", {}, block.hint.text) : null;
    const wrong = error ? el("small.sl-error", { role: "alert" }, error) : null;
    // A label would take the first button in it for its field.
    const tag = ["file_input", "radio_buttons", "checkboxes"].includes(block.element.type) ? "div" : "label";
    return el(`${tag}.sl-input${error ? ".wrong" : ""}`, { "data-block": block.block_id }, label, this.control(block, state), wrong, hint);
  }

  /** A field goes by its block's id: an action_id is unique in its block alone. */
  control(block, state) {
    const one = block.element, name = block.block_id;
    switch (one.type) {
      case "static_select": return select(one, state?.selected_option?.value, (value) => this.fill(name, value), this.says("choose"));
      case "datepicker": return el("input", { type: "date", value: state?.selected_date, onchange: (event) => this.fill(name, event.target.value || null) });
      case "radio_buttons": return el("div", {}, ...one.options.map((option) => el("label.sl-radio", {}, el("input", { type: "radio", name, checked: state?.selected_option?.value === option.value, onchange: () => this.fill(name, option.value) }), option.text.text)));
      case "file_input": return this.fileField(name, state);
    }
    const typed = (event) => this.pending.set(name, event.target.value);
    const done = (event) => { this.pending.delete(name); this.fill(name, event.target.value || null); };
    const more = { placeholder: one.placeholder?.text, maxlength: one.max_length, oninput: typed, onchange: done };
    const node = el(one.multiline ? "textarea" : "input", { ...more, rows: one.multiline ? 4 : undefined });
    node.value = state?.value ?? "";
    return node;
  }

  fileField(name, state) {
    const files = state?.files ?? [];
    const send = (tray) => does("attach", upload({ person: this.person(), action_id: name }, tray));
    const picker = el("input", { type: "file", multiple: true, hidden: true, onchange: (event) => send([...event.target.files].map((file) => ({ file, name: file.name }))) });
    const sample = (sampled) => el("button", { role: "menuitem", "aria-label": t("sampleAlt", { name: sampled }), onclick: () => { document.getElementById("menu").hidden = true; send([{ sample: sampled }]); } }, el("img", { src: `/sandbox/samples/${sampled}`, alt: "" }));
    const add = el("button.bk-button", { "aria-haspopup": "menu", onclick: (event) => {
      event.preventDefault();
      openMenu(event.currentTarget, [{ icon: "file", label: t("file"), act: () => picker.click() }, el("h3", {}, t("samples")), el("div.samples", {}, ...store.samples.map(sample))]);
    } }, icon("clip"), this.says("addFiles"));
    const list = files.map((file) => el("div.sl-kept", {}, file.mimetype.startsWith("image/") ? el("img", { src: `/sandbox/slack/files/${file.id}`, alt: "" }) : icon("file"), el("span", {}, file.name, el("small", {}, ` ${size(file.size)}`))));
    return el("div.sl-drop", {}, ...list, add, picker);
  }

  fill(name, value) {
    return does("fill", { person: this.person(), action_id: name, value });
  }

  choose(one, value) {
    return does("choose", { person: this.person(), view: this.view.id, action_id: one.action_id, value });
  }

  async submit() {
    for (const [name, value] of this.pending) await this.fill(name, value || null);
    this.pending.clear();
    await does("submit", { person: this.person() });
  }

  close() {
    return does("close", { person: this.person() });
  }
}
