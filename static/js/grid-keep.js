// What stands unsaved in a grid is kept in this tab and sent again when its owner is back, with
// what they had seen, so that nothing recorded meanwhile is written over.
(() => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const place = `grid ${form.dataset.owner} ${form.dataset.grid}`;
  const fields = [...form.querySelectorAll("td.cell .form-control")];
  const read = () => JSON.parse(sessionStorage.getItem(place) ?? "{}");

  const keep = () => {
    const open = read();
    for (const { id, name, value, dataset } of fields) {
      if (value.trim() === dataset.stored) delete open[id];
      else open[id] = [name, value];
    }
    sessionStorage.setItem(place, JSON.stringify(open));
  };

  for (const [id, [name, value]] of Object.entries(read())) {
    const field = document.getElementById(id);
    if (!field || value.trim() === field.dataset.stored) continue;
    Object.assign(field, { name, value });
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.addEventListener("settled", keep);
  window.addEventListener("pagehide", keep);
})();
