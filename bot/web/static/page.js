// What a page cannot do without a script: hearing of what is new, and being known where a platform opens it.
const talk = document.getElementById("talk");
if (talk && window.EventSource) {
  const feed = new EventSource(`${talk.dataset.live}?mark=${encodeURIComponent(talk.dataset.mark)}`);
  feed.onmessage = async () => {
    const answer = await fetch(talk.dataset.talk + location.search, { redirect: "error" });
    // Only the conversation is new: what is being typed stands below it and stays.
    if (answer.ok) talk.innerHTML = await answer.text();
  };
}
