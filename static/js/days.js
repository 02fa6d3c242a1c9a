// A day is typed as 15/11/2025 into an input[data-day]; beside it a button opens the browser's own
// calendar, which would write it in the browser's language.
(() => {
  const written = (iso) => iso.split("-").reverse().join("/");
  const sent = (text) => text.split("/").map((part) => part.padStart(2, "0")).reverse().join("-");

  const withButton = (input) => {
    const place = document.createElement("span");
    const calendar = document.createElement("input");
    const { content } = document.querySelector("template[data-day-button]");
    const button = content.firstElementChild.cloneNode(true);
    Object.assign(calendar, { type: "date", tabIndex: -1, ariaHidden: "true" });
    place.className = "day";
    input.replaceWith(place);
    place.append(input, calendar, button);
    button.addEventListener("click", () => {
      calendar.value = sent(input.value.trim());
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      input.value = written(calendar.value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  };

  const inside = (root) => root.querySelectorAll("input[data-day]").forEach(withButton);
  inside(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) inside(event.target);
  });
})();
