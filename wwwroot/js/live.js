// The live page: draws numbered pictures from the server, and asks it for what the buttons say.
"use strict";

const page = document.getElementById("live");
const number = page.dataset.number;
const rows = page.querySelector("[data-slot=people]");
const template = document.getElementById("person");
const slot = (name, within = page) => within.querySelector(`[data-slot="${name}"]`);
const fill = (pattern, value) => pattern.replace("{0}", value);

const verbs = {
  "mute": "Mute", "unmute": "Unmute", "kick": "Kick", "mute-all": "MuteAll", "unmute-all": "UnmuteAll",
  "admit": "Admit", "lock": "Lock", "unlock": "Unlock", "record": "Record", "stop": "Stop", "pause": "Pause", "resume": "Resume", "end": "End",
};

const title = document.title;
let picture = null; // the last one drawn
let skew = Number(page.dataset.now) - Date.now();

// ---- drawing

function take(room) {
  if (picture && room.meeting === picture.meeting && room.version < picture.version) return; // older than what we show
  skew = room.now - Date.now();
  if (room.live || picture?.live) slot("over").hidden = room.live;
  announce(picture, room);
  picture = room;
  draw(room);
}

function draw(room) {
  document.title = room.live ? `(${room.people.length}) ${title}` : title;
  slot("nobody").hidden = room.live;
  slot("somebody").hidden = slot("bar").hidden = !room.live;
  slot("count").textContent = fill(page.dataset.count, room.people.length);
  slot("locked").hidden = !room.locked;
  slot("recording").hidden = room.recordingSince === null;
  slot("recording").dataset.since = room.recordingSince ?? "";
  slot("recording").dataset.paused = String(room.recordingPaused);
  if (room.recordingSince === null) slot("trouble").hidden = slot("trackless").hidden = true;
  if (room.live) slot("left").dataset.ends = room.endsAt ?? "";
  slot("admit-form").hidden = !room.people.some(p => p.held);
  toggle(slot("lock-form"), room.locked, "unlock", "lock");
  toggle(slot("record-form"), room.recordingSince !== null, "stop", "record");
  slot("pause-form").hidden = room.recordingSince === null;
  toggle(slot("pause-form"), room.recordingPaused, "resume", "pause");
  drawPeople(room.people);
  tick();
}

function drawPeople(people) {
  const gone = new Set([...rows.children].map(r => r.dataset.participant));
  for (const person of people) {
    gone.delete(person.id);
    drawPerson(rows.querySelector(`[data-participant="${person.id}"]`) ?? add(person), person);
  }
  for (const id of gone) remove(rows.querySelector(`[data-participant="${id}"]`));
  if (!isHeld()) sort(people);
}

function add(person) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.participant = person.id;
  for (const form of row.querySelectorAll("form")) form.action = form.getAttribute("action").replace("00000000-0000-0000-0000-000000000000", person.id);
  rows.append(row);
  return row;
}

/** Focus goes to the next row, not to the top of the page. */
function remove(row) {
  const had = row.contains(document.activeElement);
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  if (had) next?.querySelector("button")?.focus();
}

function drawPerson(row, person) {
  row.dataset.name = person.name;
  row.dataset.joined = person.joinedAt;
  row.dataset.talking = String(person.talking);
  row.dataset.muted = String(person.muted);
  slot("name", row).textContent = person.name;
  slot("number", row).textContent = person.number;
  slot("host", row).hidden = person.role !== "Host";
  slot("held", row).hidden = !person.held;
  row.dataset.leads = String(person.leads);
  slot("leads", row).hidden = !person.leads;
  if (person.quality) drawQuality(row, person.quality);
  const via = slot("via", row);
  via.textContent = person.via === "Browser" ? via.dataset.browser : via.dataset.phone;
  const speech = slot("speech", row);
  speech.textContent = person.muted ? speech.dataset.mute : person.talking ? speech.dataset.talks : speech.dataset.silent;
  if (person.muted) slot("level", row).value = 0;
  toggle(slot("mute-form", row), person.muted, "unmute", "mute");
  for (const button of row.querySelectorAll("button[data-naming-on]"))
    button.setAttribute("aria-label", fill(person.muted ? button.dataset.namingOn : button.dataset.namingOff, person.name));
}

function drawQuality(row, quality) {
  const mark = slot("quality", row);
  const figures = [quality.score, quality.loss, quality.jitter, quality.delay];
  const detail = mark.dataset.detail.replace(/\{(\d)\}/g, (_, i) => figures[i].toLocaleString(document.documentElement.lang));
  mark.hidden = false;
  mark.dataset.bars = quality.bars;
  mark.title = detail;
  slot("quality-word", mark).textContent = mark.dataset.words.split("|")[quality.bars];
  slot("quality-detail", mark).textContent = detail;
}

function toggle(form, on, verbOn, verbOff) {
  const button = form.querySelector("button");
  form.elements._method.value = on ? "DELETE" : "PUT";
  button.dataset.verb = on ? verbOn : verbOff;
  button.dataset.active = String(on);
  button.textContent = on ? button.dataset.on : button.dataset.off;
}

/** Rows never jump under the pointer or the focus. */
const isHeld = () => rows.matches(":hover") || rows.contains(document.activeElement);

function sort(people) {
  let place = rows.firstElementChild;
  for (const { id } of people) {
    const row = rows.querySelector(`[data-participant="${id}"]`);
    if (row === place) place = place.nextElementSibling;
    else rows.insertBefore(row, place);
  }
}
const settle = () => setTimeout(() => { if (picture && !isHeld()) sort(picture.people); }, 50);
rows.addEventListener("mouseleave", settle);
rows.addEventListener("focusout", settle);

// ---- clocks

function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = n => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function tick() {
  const now = Date.now() + skew;
  for (const row of rows.children) slot("time", row).textContent = span(now - Number(row.dataset.joined));
  const recording = slot("recording");
  if (recording.dataset.paused === "true") recording.textContent = page.dataset.paused;
  else if (recording.dataset.since) recording.textContent = fill(page.dataset.recording, span(now - Number(recording.dataset.since)));
  const left = slot("left");
  const ends = Number(left.dataset.ends);
  left.hidden = !ends;
  if (!ends) return;
  left.textContent = ends > now ? fill(page.dataset.left, span(ends - now)) : fill(page.dataset.overtime, span(now - ends));
  left.classList.toggle("warn", ends - now < 5 * 60000);
}
tick();
setInterval(tick, 1000);

// ---- announcements: joins and leaves in batches, at most one in three seconds, talking never

let came = [], went = [], announcing = false;

function announce(before, after) {
  if (!before) return;
  const old = new Map(before.people.map(p => [p.id, p.name]));
  const fresh = new Set(after.people.map(p => p.id));
  came.push(...after.people.filter(p => !old.has(p.id)).map(p => p.name));
  went.push(...before.people.filter(p => !fresh.has(p.id)).map(p => p.name));
  if (before.live && !after.live) { came = []; went = []; document.getElementById("announcer").textContent = page.dataset.over; }
  speak();
}

function speak() {
  if (announcing || (came.length === 0 && went.length === 0)) return;
  announcing = true;
  setTimeout(() => {
    const parts = [];
    if (came.length > 0) parts.push(came.length === 1 ? fill(page.dataset.joinedOne, came[0]) : fill(page.dataset.joinedMany, came.length));
    if (went.length > 0) parts.push(went.length === 1 ? fill(page.dataset.leftOne, went[0]) : fill(page.dataset.leftMany, went.length));
    if (parts.length > 0) document.getElementById("announcer").textContent = parts.join(" ");
    came = []; went = []; announcing = false;
    speak();
  }, 3000);
}

// ---- asking

const connection = new signalR.HubConnectionBuilder().withUrl("/hubs/live")
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: c => Math.min(5000, 500 * (c.previousRetryCount + 1)) }).configureLogging("none").build();
connection.serverTimeoutInMilliseconds = 12000;
connection.keepAliveIntervalInMilliseconds = 5000;

page.addEventListener("submit", event => {
  const button = event.submitter;
  if (!button?.dataset.verb) return;
  event.preventDefault();
  const verb = button.dataset.verb;
  if (verb === "kick" || verb === "end") confirmFirst(verb, button, () => ask(verb, button));
  else ask(verb, button);
});

async function ask(verb, button) {
  if (connection.state !== "Connected" || button.dataset.state === "pending") return;
  const id = button.closest("[data-participant]")?.dataset.participant;
  button.dataset.state = "pending";
  button.setAttribute("aria-busy", "true");
  let reason;
  try {
    reason = await connection.invoke(verbs[verb], number, ...(id ? [id] : []));
  } catch {
    reason = page.dataset.failed;
  }
  button.removeAttribute("aria-busy");
  button.dataset.state = reason ? "failed" : "done";
  setTimeout(() => { if (button.dataset.state !== "pending") delete button.dataset.state; }, 4000);
  refuse(reason);
}

function refuse(reason) {
  const note = document.getElementById("refusal");
  note.textContent = reason;
  note.hidden = !reason;
}

function confirmFirst(verb, button, then) {
  const dialog = document.getElementById("ask");
  const name = button.closest("[data-participant]")?.dataset.name ?? "";
  const [title, text, sure] = ["ask-title", "ask-text", "sure"].map(id => document.getElementById(id));
  title.textContent = fill(title.dataset[verb], name);
  text.textContent = text.dataset[verb];
  sure.textContent = sure.dataset[verb];
  sure.onclick = () => { dialog.close(); then(); };
  dialog.showModal();
}

// ---- calling people in: the forms work by themselves; here they do so without leaving the page

page.addEventListener("submit", async event => {
  const form = event.target;
  if (!("dials" in form.dataset)) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    refuse(answer.ok ? fresh.querySelector("main > .note.trouble")?.textContent ?? "" : page.dataset.failed);
    if (answer.ok) drawDials(fresh);
    if (form.id === "dial" && answer.ok) form.elements.whom.value = "";
  } catch {
    refuse(page.dataset.failed);
  }
});

async function fetchDials() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html", "X-In-Background": "1" } });
  if (answer.ok && !answer.redirected) drawDials(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

/** Only what changed is replaced, so that only that is read out. */
function drawDials(fresh) {
  const list = document.getElementById("dials");
  const wanted = [...fresh.querySelectorAll("[data-dial]")];
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("[data-dial]").dataset.dial : null;
  const shown = new Map([...list.children].map(item => [item.dataset.dial, item]));
  for (const [id, item] of shown) if (!wanted.some(w => w.dataset.dial === id)) item.remove();
  let place = list.firstElementChild;
  for (const item of wanted) {
    const old = shown.get(item.dataset.dial);
    if (!old) list.insertBefore(item, place);
    else {
      place = old.nextElementSibling;
      if (old.dataset.state !== item.dataset.state) old.replaceWith(item);
    }
  }
  if (focused && !list.contains(document.activeElement)) (list.querySelector(`[data-dial="${focused}"] button`) ?? document.getElementById("whom")).focus();
}

// ---- the connection

function connected(yes) {
  page.dataset.connected = String(yes);
  document.getElementById("reconnecting").hidden = yes;
  for (const button of page.querySelectorAll("button[data-verb]")) button.disabled = !yes;
  for (const button of template.content.querySelectorAll("button[data-verb]")) button.disabled = !yes;
}

async function watch() {
  picture = null; // whatever we showed before the gap does not count; what is pushed from now on does
  const room = await connection.invoke("Watch", number);
  if (room === null) return location.reload(); // no longer ours: the page says what there is to say
  take(room);
  connected(true);
}

async function start() {
  try {
    await connection.start();
    await watch();
  } catch {
    connected(false);
    setTimeout(start, 2000);
  }
}

connection.on("room", take);
connection.on("dials", fetchDials);
connection.on("trouble", (there, trackless) => { slot("trouble").hidden = !there; slot("trackless").hidden = !trackless; });
connection.on("levels", levels => {
  for (const [id, level] of Object.entries(levels)) {
    const meter = rows.querySelector(`[data-participant="${id}"] meter`);
    if (meter && isSeen(meter)) meter.value = level;
  }
});
connection.on("quality", people => {
  for (const [id, quality] of Object.entries(people)) {
    const row = rows.querySelector(`[data-participant="${id}"]`);
    if (row) drawQuality(row, quality);
  }
});
const isSeen = element => { const box = element.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; };
connection.onreconnecting(() => connected(false));
connection.onreconnected(() => watch().catch(() => connected(false)));
connection.onclose(() => { connected(false); setTimeout(start, 2000); });
start();
