// What htmx swaps into a page: where the focus goes, and what a person is told when the session
// has ended or the line is gone. What was typed stays; js/drafts.js keeps it.
(() => {
  const FOCUS = [".error-summary", ".row-note", "form.task-form input:not([type=hidden])",
    ".message.success", ".task-act a"];

  const focusIn = (row) => {
    const fields = row.querySelectorAll(FOCUS[2]);
    const field = [...fields].find((one) => one.checked) ?? fields[0];
    const place = row.querySelector(FOCUS[0]) ?? row.querySelector(FOCUS[1]) ?? field
      ?? row.querySelector(FOCUS[3]) ?? row.querySelector(FOCUS[4]);
    if (!place) return;
    if (!place.matches("a, input, button")) place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: "nearest" });
  };

  // The swap replaces the row, so it is found again by its number.
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = document.getElementById(event.detail.requestConfig?.target?.id);
    if (row) focusIn(row);
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

  document.addEventListener("htmx:beforeRequest", (event) => clear(event.detail.target));
  document.addEventListener("htmx:sendError", (event) => tell("offline", event));
  document.addEventListener("htmx:timeout", (event) => tell("offline", event));
  document.addEventListener("htmx:responseError", (event) => tell("failed", event));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr.status === 401) tell("ended", event);
  });

  // Escape leaves a row's form as its last button does; the focus comes back to where it began.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.closest("form.task-form")?.querySelector("[data-leave]")?.click();
  });
})();
