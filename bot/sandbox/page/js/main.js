// Starts the page and passes the news on: to the phone, to the agents' window, to the line at the top.

import { agentAnswered, drawAgents, follow } from "./agents.js";
import { customerAnswered, drawCustomer, drawStatus } from "./customer.js";
import { act, connect, load, store, watch } from "./store.js";
import { language, speak, t, translate } from "./words.js";
import { keepFocus, toast } from "./dom.js";
import { agentWarned, drawSlackAgents, followSlack } from "./slack/agents.js";
import { customerWarned, drawSlackCustomer } from "./slack/customer.js";
import { connectSlack, loadSlack, slack, watchSlack } from "./slack/store.js";

const at = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll(".tabs [role=tab]")];
let planned = false, held = false;

/** Many events make one drawing. None while somebody presses: the browser calls it a click only where both ends of it meet
 * the same thing. */
function redraw() {
  if (planned || held) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    keepFocus(drawAll);
  });
}

addEventListener("pointerdown", (event) => { held = event.isPrimary && event.button === 0; }, true);
for (const end of ["pointerup", "pointercancel", "blur"]) {
  addEventListener(end, () => {
    if (!held) return;
    held = false;
    setTimeout(redraw); // after the click
  });
}

function drawAll() {
  const counts = { customer: drawCustomer() + drawSlackCustomer(), agents: drawAgents() + drawSlackAgents() };
  for (const tab of tabs) {
    const badge = tab.querySelector(".badge");
    if (badge) [badge.textContent, badge.hidden] = [counts[tab.dataset.tab], !counts[tab.dataset.tab]];
  }
  drawPulse();
}

function drawPulse() {
  const { desk, calls, waiting, refused, listening } = store.pulse;
  const state = desk?.state ?? (listening === "nobody" ? "down" : "ready");
  const words = [desk ? t(desk.state) : listening === "nobody" ? t("alone") : t("ready"), t(listening ?? "nobody"), t("calls", { n: (calls ?? 0) + (slack.pulse.calls ?? 0) })];
  if (waiting) words.push(t("waiting", { n: waiting }));
  if (refused) words.push(t("refused", { n: refused }));
  at("pulse").dataset.state = state;
  at("pulse").textContent = at("pulse").title = words.join(" · ");
  at("restart").hidden = !desk;
  at("restart").disabled = state === "starting";
  for (const routes of document.querySelectorAll(".routes")) routes.hidden = !desk;
  for (const button of document.querySelectorAll("[data-route]")) button.setAttribute("aria-pressed", String(button.dataset.route === desk?.route));
}

/** Which platform each side looks at; kept by the browser. */
function platform(side, wanted) {
  document.body.dataset[side] = wanted;
  localStorage.setItem(`platform-${side}`, wanted);
  at(side).hidden = wanted !== "telegram";
  at(`slack-${side}`).hidden = wanted !== "slack";
  if (side === "customer") document.querySelector(".skip").href = wanted === "slack" ? "#slack-customer" : "#customer";
  for (const button of document.querySelectorAll(`[data-side=${side}] button`)) button.setAttribute("aria-pressed", String(button.dataset.platform === wanted));
  redraw();
}

function theme(wanted) {
  document.documentElement.dataset.theme = wanted;
  at("theme").querySelector("use").setAttribute("href", `icons.svg#${wanted === "dark" ? "sun" : "moon"}`);
}

function choose(tab) {
  document.body.dataset.tab = tab;
  showTab();
}

function showTab() {
  for (const tab of tabs) {
    const chosen = tab.dataset.tab === document.body.dataset.tab;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  redraw();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab.dataset.tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const shown = tabs.filter((one) => !one.hidden);
    const next = shown.at((shown.indexOf(tab) + step) % shown.length);
    choose(next.dataset.tab);
    next.focus();
  });
}
document.addEventListener("tab", showTab);

for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => { speak(button.dataset.lang); pressed(); redraw(); });
}
for (const button of document.querySelectorAll("[data-platform]")) {
  button.addEventListener("click", () => platform(button.closest("[data-side]").dataset.side, button.dataset.platform));
}
function pressed() {
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === language));
}

at("theme").addEventListener("click", () => {
  const wanted = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", wanted);
  theme(wanted);
});
at("restart").addEventListener("click", async () => {
  toast([...document.querySelectorAll(".phone, .thread, .sl-window")].find((pane) => pane.checkVisibility()) ?? document.querySelector(".phone"), t("restarted"));
  await act("restart", {});
});

for (const button of document.querySelectorAll("[data-route]")) {
  button.addEventListener("click", async () => {
    toast(button.closest("section").querySelector(".thread, .sl-window"), t("routed", { where: button.textContent }));
    await act("route", { text: button.dataset.route });
  });
}

watch((event) => {
  if (event.kind === "answered") { customerAnswered(event); agentAnswered(event); }
  follow(event);
  if (event.kind === "calls" || event.kind === "listening" || event.kind === "desk") drawPulse();
  if (event.kind !== "calls" && event.kind !== "listening") redraw();
});

watchSlack((event) => {
  if (event.kind === "slack_warning") { customerWarned(event); agentWarned(event); }
  followSlack(event);
  if (event.kind === "slack_calls") drawPulse();
  else redraw();
});

theme(localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
translate();
pressed();
showTab();
await connect((lost) => { at("lost").hidden = !lost; });
await connectSlack();
await load();
await loadSlack();
for (const side of ["customer", "agents"]) platform(side, localStorage.getItem(`platform-${side}`) ?? "telegram");
// Typing ends by itself, and the phone's clock goes on.
setInterval(drawStatus, 2000);
document.body.dataset.ready = "yes";
