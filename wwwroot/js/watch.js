// Pages that show a list kept fresh by the server: told that something changed, they fetch themselves again and swap that part.
"use strict";

const part = document.getElementById("watched");
const connection = new signalR.HubConnectionBuilder().withUrl(part.dataset.hub).withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 2000 }).configureLogging("none").build();
let busy = false, again = false;

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(part.dataset.page ?? location.pathname, { headers: { Accept: "text/html", "X-In-Background": "1" } });
    if (answer.ok && !answer.redirected) swap(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("watched"));
  } catch { /* the connection says so soon enough */ }
  busy = false;
  if (again) { again = false; refresh(); }
}

function swap(fresh) {
  if (!fresh || fresh.innerHTML === part.innerHTML || part.contains(document.activeElement)) return; // never take a field from under somebody's fingers
  part.replaceChildren(...fresh.childNodes);
}

const listen = async () => { if (part.dataset.watch) await connection.invoke(part.dataset.watch); await refresh(); }; // some hubs tell without being asked
connection.on(part.dataset.hears, refresh);
connection.onreconnected(listen);
const start = () => connection.start().then(listen).catch(() => setTimeout(start, 2000));
start();
addEventListener("focusout", () => setTimeout(refresh, 300));
