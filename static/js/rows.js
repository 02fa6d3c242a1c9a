// What htmx swaps into a page: where the focus goes, and what a person is told when the session
// has ended or the line is gone. What was typed stays; js/drafts.js keeps it.
(() => {
  const FOCUS = [".error-summary", ".row-note", "[autofocus]", "form.task-form :checked",
    ".message.success"];
  // The link that opened a row, by the row's number: where the focus goes back to.
  const openers = new Map();

  const focusIn = (row) => {
    const place = FOCUS.map((one) => row.querySelector(one)).find(Boolean)
      ?? row.querySelector(`.task-act a[hx-get="${openers.get(row.id)}"]`)
      ?? row.querySelector(".task-act a, .task-what a");
    if (!place) return;
    if (!place.matches("a, input, button")) place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: "nearest" });
  };

  // The swap replaces the row, so it is found again by its number. Its tick stays.
  document.addEventListener("htmx:afterSettle", (event) => {
    const before = event.detail.requestConfig?.target;
    const row = document.getElementById(before?.id);
    if (!row) return;
    const tick = row.querySelector(".tick input");
    if (tick) tick.checked = before.querySelector(".tick input")?.checked ?? false;
    focusIn(row);
  });

  const clear = (row) => row.querySelector(".row-note")?.remove();

  const show = (name, place, again) => {
    const words = document.querySelector(`template[data-note="${name}"]`);
    const note = words.content.firstElementChild.cloneNode(true);
    clear(place);
    place.prepend(note);
    note.querySelector("button")?.addEventListener("click", again);
    return note;
  };

  const tell = (name, event) => {
    const { elt, requestConfig } = event.detail;
    const row = requestConfig.target;
    const form = elt.matches("form") ? elt : null;
    const again = () => {
      if (form) form.requestSubmit(requestConfig.triggeringEvent?.submitter);
      else elt.click();
    };
    form?.dispatchEvent(new CustomEvent("keep", { bubbles: true }));
    const way = show(name, form ?? row, again).querySelector("a");
    if (way) {
      const here = `${location.pathname}${location.search}#${row.id}`;
      way.href += `?next=${encodeURIComponent(here)}`;
    }
    focusIn(row);
  };

  // A whole page would be lost to the browser's own words; the form stays instead.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (navigator.onLine || !form.dataset.draft || form.matches("[hx-post]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const note = show("offline", form, () => form.requestSubmit(event.submitter));
    note.tabIndex = -1;
    note.focus();
  }, true);

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt } = event.detail;
    clear(target);
    if (elt.matches(".task-act a:not([data-leave])")) openers.set(target.id, elt.getAttribute("hx-get"));
  });
  document.addEventListener("htmx:sendError", (event) => tell("offline", event));
  document.addEventListener("htmx:timeout", (event) => tell("offline", event));
  document.addEventListener("htmx:responseError", (event) => tell("failed", event));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.status === 401) tell("ended", event);
  });

  // Escape leaves a row's form as the button *Close* does; the focus comes back to where it began.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.closest(".task")?.querySelector("[data-leave]")?.click();
  });
})();
