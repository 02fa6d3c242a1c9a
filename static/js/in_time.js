// A report that holds from a day before the deadline needs no words about the delay: they are hidden
// while the day in a form[data-due] is no later than that.
(() => {
  const compare = (form) => {
    const day = form.elements.effective_on.value.trim().split("/");
    const sent = day.map((part) => part.padStart(2, "0")).reverse().join("-");
    form.toggleAttribute("data-in-time", !Number.isNaN(Date.parse(sent)) && sent <= form.dataset.due);
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-due]");
    if (form) compare(form);
  });
  const inside = (root) => root.querySelectorAll("form[data-due]").forEach(compare);
  inside(document);
  document.addEventListener("htmx:load", (event) => inside(event.target));
})();
