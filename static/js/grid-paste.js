// A block copied in Excel is laid into a grid of fields, from the cell where it is pasted.
(() => {
  const rest = document.querySelector("[data-outside]");

  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("td.cell .form-control");
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!field || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const cell = field.closest("td");
    const rows = cell.closest("tbody").rows;
    let outside = 0;
    text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
      const there = rows[cell.parentElement.sectionRowIndex + down]?.cells[cell.cellIndex + right];
      const into = there?.querySelector(".form-control");
      if (into) {
        into.value = value.trim();
        into.dispatchEvent(new Event("change", { bubbles: true }));
      } else outside += 1;
    }));
    rest.textContent = outside ? `${rest.dataset.outside} ${outside}` : "";
  });
})();
