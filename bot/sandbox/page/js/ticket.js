// The ticket page beside the chats.

import { store } from "./store.js";

const at = (id) => document.getElementById(id);
const frame = at("ticket-frame");

let before = null;

/** Each goes where an address in a chat leads, if it knows that one. */
const ways = [];
export const leads = (way) => ways.push(way);

/** A page of the desk opens beside the chats, what the platforms' own apps open in its window; any other link goes its way. */
export function openLink(url, event) {
  if (ways.some((way) => way(url))) {
    event.preventDefault();
    return;
  }
  const { origin, pathname, search } = new URL(url, location.href);
  if (origin !== store.pulse.desk?.address) return;
  event.preventDefault();
  before = document.activeElement;
  // The desk lets nobody frame its pages; at this port of this machine they may be.
  frame.src = `${location.protocol}//${location.hostname}:${store.pulse.desk.beside}${pathname}${search}`;
  at("ticket-out").href = url;
  at("ticket").hidden = false;
  document.querySelector("[role=tab][data-tab=ticket]").hidden = false;
  document.body.classList.add("with-ticket");
  document.body.dataset.tab = "ticket";
  document.dispatchEvent(new Event("tab"));
}

at("ticket-close").addEventListener("click", () => {
  at("ticket").hidden = true;
  frame.removeAttribute("src");
  document.querySelector("[role=tab][data-tab=ticket]").hidden = true;
  document.body.classList.remove("with-ticket");
  document.body.dataset.tab = "customer";
  document.dispatchEvent(new Event("tab"));
  if (before?.isConnected) before.focus({ focusVisible: false });
});
