// Block Kit drawn as Slack draws it. Whoever draws says what happens on a press: press(element, value, block).

import { el, icon, openMenu, showPicture } from "../dom.js";
import { t } from "../words.js";
import { rich, words } from "./mrkdwn.js";

export function drawBlocks(blocks, on) {
  return blocks.map((block) => (DRAW[block.type] ?? unknown)(block, on));
}

const DRAW = {
  section: (block, on) => el("div.bk-section", {},
    el("div.bk-text", {}, ...(block.text ? words(block.text) : []),
      block.fields ? el("div.bk-fields", {}, ...block.fields.map((one) => el("div", {}, ...words(one)))) : null),
    block.accessory ? element(block.accessory, block, on) : null),
  header: (block) => el("h3.bk-header", {}, ...words(block.text)),
  divider: () => el("hr.bk-divider"),
  context: (block) => el("div.bk-context", {}, ...block.elements.map((one) => (one.type === "image" ? picture(one, "small") : el("span", {}, ...words(one))))),
  actions: (block, on) => el("div.bk-actions", {}, ...block.elements.map((one) => element(one, block, on))),
  image: (block) => el("figure.bk-image", {}, block.title ? el("figcaption", {}, ...words(block.title)) : null, picture(block)),
  rich_text: (block) => el("div.bk-text", {}, ...rich(block)),
  markdown: (block) => el("div.bk-text", {}, block.text),
  alert: (block) => el("div.bk-alert", {}, ...words(block.text)),
  input: (block, on) => on.input?.(block) ?? unknown(block),
};

const unknown = (block) => el("div.bk-context", {}, `[${block.type}]`);

function picture(one, size = "") {
  return el("img", { src: one.image_url, alt: one.alt_text, class: size, onclick: () => showPicture(one.image_url, one.alt_text) });
}

const ELEMENTS = {
  button(one, block, on) {
    const press = (event) => on.press?.(one, undefined, block, event.currentTarget);
    if (one.url) return el(`a.bk-button${one.style ? `.${one.style}` : ""}`, { href: one.url, target: "_blank", rel: "noreferrer", onclick: press }, ...words(one.text));
    return el(`button.bk-button${one.style ? `.${one.style}` : ""}`, { onclick: (event) => confirmed(one, event, press) }, ...words(one.text));
  },
  static_select(one, block, on) {
    return select(one, on.chosen?.(one, block), (value, node) => on.press?.(one, value, block, node));
  },
  overflow(one, block, on) {
    const entries = (anchor) => one.options.map((option) => ({ label: option.text.text, act: () => on.press?.(one, option.value, block, anchor) }));
    return el("button.bk-button.bk-dots", { "aria-haspopup": "menu", "aria-label": t("more"), onclick: (event) => openMenu(event.currentTarget, entries(event.currentTarget)) }, icon("dots"));
  },
  image: (one) => picture(one),
  datepicker: (one, block, on) => el("input.bk-select", { type: "date", value: one.initial_date, onchange: (event) => on.press?.(one, event.target.value, block, event.target) }),
};

export function element(one, block, on) {
  return (ELEMENTS[one.type] ?? unknown)(one, block, on);
}

/** A select; `chosen` is the value that is set, changed(value, node) hears of another, `hint` stands there until then. */
export function select(one, chosen, changed, hint = t("choose")) {
  const first = el("option", { value: "", selected: !chosen, disabled: true }, one.placeholder?.text ?? hint);
  const options = (list) => list.map((option) => el("option", { value: option.value, selected: option.value === chosen }, option.text.text));
  const groups = one.option_groups?.map((group) => el("optgroup", { label: group.label.text }, ...options(group.options)));
  return el("select.bk-select", { "aria-label": one.placeholder?.text ?? hint, onchange: (event) => changed(event.target.value, event.target) }, first, ...(groups ?? options(one.options ?? [])));
}

function confirmed(one, event, press) {
  if (!one.confirm) return press(event);
  const node = event.currentTarget;
  const entries = [el("h3", {}, one.confirm.title.text), { icon: "check", label: one.confirm.confirm.text, act: () => press({ currentTarget: node }) }, { icon: "close", label: one.confirm.deny.text, act: () => {} }];
  return openMenu(node, entries);
}
