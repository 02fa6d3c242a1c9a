// A link a[data-ticks] ticks every box of the form it names, or none when all are ticked. Without
// script the link asks for the page again.
(() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-ticks]");
    if (!link) return;
    event.preventDefault();
    const form = document.querySelector(link.dataset.ticks);
    const boxes = [...form.elements].filter((one) => one.type === "checkbox" && one.name !== "all");
    const all = boxes.every((one) => one.checked);
    for (const box of boxes) box.checked = !all;
  });
})();
