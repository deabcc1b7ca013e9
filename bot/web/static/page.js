// What a page cannot do without a script: hearing of what is new, and being known where a platform opens it.
const talk = document.getElementById("talk");

/** Only what has changed is drawn anew: an enlarged picture stays open, and what is being typed stands elsewhere. */
function refresh(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  talk.querySelector(".head").replaceWith(fresh.content.querySelector(".head"));
  const list = talk.querySelector(".talk");
  const before = [...list.children];
  const lines = [...fresh.content.querySelector(".talk").children];
  lines.forEach((line, n) => {
    if (n >= before.length) list.append(line);
    else if (before[n].outerHTML !== line.outerHTML) before[n].replaceWith(line);
  });
  before.slice(lines.length).forEach((line) => line.remove());
}

if (talk && window.EventSource) {
  const feed = new EventSource(`${talk.dataset.live}?mark=${encodeURIComponent(talk.dataset.mark)}`);
  feed.onmessage = async () => {
    const answer = await fetch(talk.dataset.talk + location.search, { redirect: "error" });
    if (answer.ok) refresh(await answer.text());
  };
}
