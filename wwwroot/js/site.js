// Small conveniences; every page works without them.
"use strict";

for (const field of document.querySelectorAll("[data-zone-guess]"))
  if (!field.value || field.value === "UTC") field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

document.getElementById("problems")?.focus();

// "Copy": the text of the element that data-copy names
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      select(document.getElementById(button.dataset.copy)); // plain http: the reader presses Ctrl+C
      if (!document.execCommand("copy")) return;
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

// Asks once before what cannot be undone: a form names its dialog with data-ask
// (listened for on the document: parts of a page that are swapped later are asked about as well)
document.addEventListener("submit", event => {
  const form = event.target;
  const dialog = form.dataset.ask && document.getElementById(form.dataset.ask);
  if (!dialog || form.dataset.sure) return;
  event.preventDefault();
  dialog.querySelector("[data-sure]").onclick = () => { form.dataset.sure = "yes"; dialog.close(); form.requestSubmit(); };
  dialog.showModal();
});
document.addEventListener("click", event => event.target.closest?.("dialog [data-close]")?.closest("dialog").close());

// the draft of the booking page has served
const booked = document.querySelector("[data-booked]");
if (booked) localStorage.removeItem(`conference.draft.${booked.dataset.booked}`);
