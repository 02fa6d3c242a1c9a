// What is typed into a form[data-draft] is kept on the server; when the session has ended, in this
// tab until its owner has signed in again.
(() => {
  const timers = new WeakMap();
  const place = (form) => `draft ${form.dataset.owner} ${form.dataset.draft}`;

  const texts = (form) => {
    const data = new FormData(form);
    data.delete("evidence_file");
    data.delete("csrfmiddlewaretoken");
    return Object.fromEntries(data);
  };

  const send = async (form) => {
    const body = new FormData(form);
    body.delete("evidence_file");
    const answer = await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual" })
      .catch(() => null);
    if (answer?.status === 204) sessionStorage.removeItem(place(form));
    else if (answer?.status !== 409) sessionStorage.setItem(place(form), JSON.stringify(texts(form)));
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => send(form), 1000));
  });

  document.addEventListener("submit", (event) => {
    clearTimeout(timers.get(event.target));
    if (event.target.dataset.draft) sessionStorage.removeItem(place(event.target));
  });

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "null");
    if (!kept) continue;
    for (const [name, value] of Object.entries(kept)) {
      if (name !== "version" && form.elements[name]) form.elements[name].value = value;
    }
    send(form);
  }
})();
