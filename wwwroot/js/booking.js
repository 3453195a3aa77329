// The booking page: where it ends, who is on the list, and a draft that survives a closed tab for a day.
"use strict";

const form = document.getElementById("booking");
const fields = [...form.querySelectorAll("input[name], select[name], textarea[name]")].filter(f => f.type !== "hidden");
const say = (id, text) => { document.getElementById(id).textContent = text; };
const fill = (pattern, value) => pattern.replace("{0}", value);

function guessZone() {
  const zone = document.getElementById("timeZone");
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (form.dataset.fresh !== "true" || zone.dataset.profile !== "UTC" || !guess || guess === "UTC") return;
  if (![...zone.options].some(o => o.value === guess)) return;
  zone.value = guess;
  const start = new Date(Math.ceil((Date.now() + 600000) / 900000) * 900000); // the next quarter hour here, not in Greenwich
  const two = n => String(n).padStart(2, "0");
  document.getElementById("date").value = `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}`;
  document.getElementById("start").value = `${two(start.getHours())}:${two(start.getMinutes())}`;
}

function showEnd() {
  const [hours, minutes] = document.getElementById("start").value.split(":").map(Number);
  const length = Number(document.getElementById("duration").value);
  if (Number.isNaN(hours) || !length) return say("ends", "");
  const end = new Date(2000, 0, 1, hours, minutes + length);
  say("ends", fill(form.dataset.ends, end.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })));
}

/** At line ends, commas and semicolons that stand outside quotes and angle brackets, as the server does. */
function split(text) {
  const pieces = [];
  let start = 0, quoted = false, angled = false;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i] ?? "\n";
    if (c === "\n" || c === "\r" || (!quoted && !angled && ",;，；".includes(c))) {
      pieces.push(text.slice(start, i).trim());
      [start, quoted, angled] = [i + 1, false, false];
    } else if (c === '"') quoted = !quoted;
    else if (c === "<" || c === ">") angled = c === "<";
  }
  return pieces.filter(Boolean);
}

function showPeople() {
  const pieces = split(document.getElementById("people").value);
  const address = p => (/<([^<>]*)>$/.exec(p)?.[1] ?? p).trim();
  const wrong = pieces.filter(p => !/^[^\s@<>]+@[^\s@<>]+$/.test(address(p)));
  const count = new Set(pieces.filter(p => !wrong.includes(p)).map(p => address(p).toLowerCase())).size;
  const parts = [];
  if (count > 0) parts.push(fill(form.dataset.invites, count));
  if (wrong.length > 0) parts.push(fill(form.dataset.unread, wrong.slice(0, 3).join(", ")));
  say("people-preview", parts.join(" · "));
}

function showChoices() {
  const words = document.getElementById("more-summary").dataset;
  const on = id => document.getElementById(id).checked;
  say("more-summary", "– " + [
    on("waitForHost") ? words.wait : words.nowait,
    fill(words.early, document.getElementById("earlyBy").value),
    on("record") ? words.record : words.norecord,
  ].join(" · "));
}

// The draft stays in this browser, holds no PIN, and goes when the booking is made or a day has passed.
const key = `conference.draft.${form.dataset.owner}`; // a browser may have several people
const day = 24 * 60 * 60 * 1000;

function keep() {
  const values = Object.fromEntries(fields.map(f => [f.name, f.type === "checkbox" ? f.checked : f.value]));
  localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
}

/** Offered, not taken: another tab may have written it. */
function offer() {
  let draft;
  try { draft = JSON.parse(localStorage.getItem(key)); } catch { draft = null; }
  if (!draft || Date.now() - draft.at > day) return localStorage.removeItem(key);
  if (form.dataset.fresh !== "true") return;
  const note = document.createElement("p");
  note.className = "note row";
  note.id = "draft";
  note.append(fill(form.dataset.draft, draft.values.Title) + " ");
  note.append(link(form.dataset.restore, () => { restore(draft.values); note.remove(); }), " ");
  note.append(link(form.dataset.discard, () => { localStorage.removeItem(key); note.remove(); }));
  form.prepend(note);
}

function link(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = text;
  button.onclick = act;
  return button;
}

function restore(values) {
  const past = new Date(`${values.Date}T${values.Start}`).getTime() < Date.now();
  for (const field of fields) {
    if (!(field.name in values) || (past && ["Date", "Start"].includes(field.name))) continue;
    if (field.type === "checkbox") field.checked = values[field.name]; else field.value = values[field.name];
  }
  show();
}

guessZone();
offer();
const show = () => { showEnd(); showPeople(); showChoices(); };
show();
form.addEventListener("input", () => { show(); keep(); });
