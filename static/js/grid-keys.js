// Arrow keys, Enter and Escape in a grid of fields; Tab goes on to the next field by itself.
(() => {
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  const beside = (field, [down, right]) => {
    const cell = field.closest("td");
    const row = cell.closest("tbody").rows[cell.parentElement.sectionRowIndex + down];
    return row?.cells[cell.cellIndex + right]?.querySelector(".form-control");
  };

  // Inside a text that is being edited left and right belong to the caret.
  const leaves = (field, key) => {
    const { selectionStart: from, selectionEnd: to, value } = field;
    if (from === 0 && to === value.length) return true;
    return from === to && from === (key === "ArrowLeft" ? 0 : value.length);
  };

  const go = (field, step) => {
    const next = beside(field, step);
    if (next) next.focus();
    else field.dispatchEvent(new Event("change", { bubbles: true }));
    next?.select();
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches("td.cell .form-control") || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.key === "Enter" ? [event.shiftKey ? -1 : 1, 0] : STEPS[event.key];
    if (event.key === "Escape") field.dispatchEvent(new Event("restore", { bubbles: true }));
    else if (!step || event.isComposing) return;
    else if (event.key === "Enter" || (!event.shiftKey && (step[0] || leaves(field, event.key)))) go(field, step);
    else return;
    event.preventDefault();
  });
})();
