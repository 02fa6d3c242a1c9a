// A report that holds from a day before the deadline needs no words about the delay: they are hidden
// while the day in a form[data-due] is no later than that.
(() => {
  // A date field takes days that there are, and is empty for all else.
  const day = Object.assign(document.createElement("input"), { type: "date" });

  const compare = (form) => {
    const parts = form.elements.effective_on.value.trim().split("/");
    day.value = parts.map((part) => part.padStart(2, "0")).reverse().join("-");
    form.toggleAttribute("data-in-time", day.value !== "" && day.value <= form.dataset.due);
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-due]");
    if (form) compare(form);
  });
  const inside = (root) => root.querySelectorAll("form[data-due]").forEach(compare);
  inside(document);
  document.addEventListener("htmx:load", (event) => inside(event.target));
})();
