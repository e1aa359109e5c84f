// Adds new posts to the timeline and marks alerts as they come. Without this file the page is complete, only not live.
"use strict";

(() => {
  const rows = document.getElementById("rows");
  const state = document.getElementById("state");
  const words = document.getElementById("state-words");
  const announce = document.getElementById("announce");
  const onlySource = rows.dataset.source;
  const onlyAlerts = rows.dataset.alerts === "1";
  const most = 300; // rows kept on the page
  const title = document.title;

  let cursor = rows.dataset.cursor;
  let source = null;
  let unseen = 0;

  // The row comes from the server's own template, the one that made the page: every text in it is escaped there.
  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  const shown = (id) => Array.from(rows.children).find((row) => row.dataset.row === id);

  const wanted = (row) =>
    (!onlySource || row.dataset.source === onlySource) && (!onlyAlerts || row.dataset.alert);

  const put = (html) => {
    const row = parsed(html);
    if (!wanted(row)) return null;
    const old = shown(row.dataset.row);
    if (old && (old.dataset.alert || !row.dataset.alert)) return null;
    row.classList.add("fresh");
    if (old) {
      old.replaceWith(row);
    } else {
      rows.prepend(row);
      while (rows.children.length > most) rows.lastElementChild.remove();
    }
    document.getElementById("empty")?.remove();
    return row;
  };

  const say = (mood, text) => {
    state.dataset.mood = mood;
    if (words.textContent !== text) words.textContent = text;
  };

  const received = (event) => {
    cursor = event.lastEventId;
    const row = put(JSON.parse(event.data).html);
    if (!row) return;
    if (row.dataset.alert) {
      announce.textContent = `Alert, ${row.dataset.alert}: ${row.querySelector("h2").textContent}`;
    }
    if (document.hidden && row.dataset.alert) {
      unseen += 1;
      document.title = `(${unseen}) ${title}`;
    }
  };

  // What is gone, or there again, is marked where it stands, each of its versions; the end of the line is the tag's place.
  const marked = (event) => {
    cursor = event.lastEventId;
    const row = parsed(JSON.parse(event.data).html);
    const tag = row.querySelector(".gone");
    const key = row.dataset.row.split("@")[0];
    const versions = Array.from(rows.children).filter((old) => old.dataset.row.split("@")[0] === key);
    if (!tag || !versions.length) return;
    for (const old of versions) {
      old.querySelector(".gone")?.remove();
      old.querySelector(".meta").append(tag.cloneNode(true));
      old.classList.add("fresh");
    }
    announce.textContent = `Now ${tag.textContent}: ${row.querySelector("h2").textContent}`;
  };

  const connect = () => {
    source = new EventSource(`/api/live?cursor=${encodeURIComponent(cursor)}`);
    source.addEventListener("post", received);
    source.addEventListener("alert", received);
    source.addEventListener("deletion", marked);
    source.addEventListener("state", (event) => {
      if (JSON.parse(event.data).store) say("live", "Live");
      else say("away", "The store does not answer; trying again");
    });
    source.addEventListener("gap", () => window.location.reload());
    source.addEventListener("error", () => {
      say("away", "Disconnected; trying again");
      // After an answer that was no stream the browser gives up; we do not.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
    });
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
  });
  rows.addEventListener("animationend", (event) => event.target.classList.remove("fresh")); // it may be marked again
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) connect();
  });

  say("away", "Connecting");
  connect();
})();
