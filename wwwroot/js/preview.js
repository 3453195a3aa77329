// A form with a field data-preview="id": while somebody types, the server shows in that part what its button would show.
"use strict";

for (const field of document.querySelectorAll("[data-preview]")) {
  const form = field.form;
  let last = 0;
  const show = async () => {
    const mine = ++last;
    await new Promise(done => setTimeout(done, 350));
    if (mine !== last || !field.value.trim()) return;
    const data = new FormData(form);
    data.set("act", "preview");
    data.delete("Form.NewSecret"); // not needed for this
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "text/html", "X-In-Background": "1" } });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(field.dataset.preview);
      if (fresh && mine === last) document.getElementById(field.dataset.preview).replaceChildren(...fresh.childNodes);
    } catch { /* the button is still there */ }
  };
  field.closest("details").addEventListener("input", show);
}
