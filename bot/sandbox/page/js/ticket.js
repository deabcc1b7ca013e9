// The ticket page beside the chats, where it lets itself be shown there; a new tab otherwise.

const at = (id) => document.getElementById(id);
const known = new Map();

async function frameable(url) {
  const place = new URL(url).origin;
  if (!known.get(place)) known.set(place, await (await fetch(`/sandbox/frameable?url=${encodeURIComponent(url)}`)).json());
  return known.get(place);
}

export async function openLink(url, event) {
  if (!/^https?:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url)) return;
  event.preventDefault();
  if (!(await frameable(url))) {
    window.open(url, "_blank", "noreferrer");
    return;
  }
  at("ticket-frame").src = url;
  at("ticket-out").href = url;
  at("ticket").hidden = false;
  document.querySelector("[role=tab][data-tab=ticket]").hidden = false;
  document.body.classList.add("with-ticket");
  document.body.dataset.tab = "ticket";
  document.dispatchEvent(new Event("tab"));
}

at("ticket-close").addEventListener("click", () => {
  at("ticket").hidden = true;
  at("ticket-frame").removeAttribute("src");
  document.querySelector("[role=tab][data-tab=ticket]").hidden = true;
  document.body.classList.remove("with-ticket");
  document.body.dataset.tab = "customer";
  document.dispatchEvent(new Event("tab"));
});
