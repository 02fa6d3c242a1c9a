// What is typed into a form[data-draft] is kept on the server; when the session has ended or the
// line is gone, in this tab until its owner is back.
(() => {
  const timers = new Map();
  const place = (form) => `draft ${form.dataset.owner} ${form.dataset.draft}`;

  const typed = (form) => {
    const data = new FormData(form);
    data.delete("evidence_file");
    return data;
  };

  const keepHere = (form) => {
    const data = typed(form);
    data.delete("csrfmiddlewaretoken");
    sessionStorage.setItem(place(form), JSON.stringify(Object.fromEntries(data)));
  };

  const send = async (form) => {
    timers.delete(form);
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: typed(form), redirect: "manual",
    }).catch(() => null);
    if (answer?.status === 204) sessionStorage.removeItem(place(form));
    else if (answer?.status !== 409) keepHere(form);
  };

  const giveBack = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "null");
    if (!kept) return;
    for (const [name, value] of Object.entries(kept)) {
      if (name !== "version" && form.elements[name]) form.elements[name].value = value;
    }
    send(form);
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => send(form), 1000));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (form.dataset.draft) sessionStorage.removeItem(place(form));
  });

  document.addEventListener("keep", (event) => keepHere(event.target));

  // Whoever leaves within the second before it is sent loses nothing.
  window.addEventListener("pagehide", () => {
    for (const [form, timer] of timers) {
      clearTimeout(timer);
      if (!navigator.sendBeacon(form.dataset.draft, typed(form))) keepHere(form);
    }
    timers.clear();
  });

  document.querySelectorAll("form[data-draft]").forEach(giveBack);
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll("form[data-draft]").forEach(giveBack);
  });
  // A row whose text is kept here is opened again, and takes it back when its form is there.
  window.addEventListener("load", () => {
    for (const link of document.querySelectorAll("a[data-opens]")) {
      if (sessionStorage.getItem(`draft ${link.dataset.owner} ${link.dataset.opens}`)) link.click();
    }
  });
})();
