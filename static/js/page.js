// Small helps for every page: copy a text, print, close an open menu.
(() => {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;

  for (const select of document.querySelectorAll("select[data-submit]")) {
    select.addEventListener("change", () => select.form.submit());
    if (select.form.matches(".measure")) select.form.querySelector("button").hidden = true;
  }

  // Over plain http, as in a closed network, browsers keep the clipboard interface away.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.className = "visually-hidden";
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  // A table as Excel and Word take it: a line a row, a tab between cells.
  const rowsOf = (table) => [...table.rows]
    .map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim()).join("\t"))
    .join("\n");

  // What a reader sees of it, without buttons and menus. Of what a closed <details> hides innerText
  // is empty, so a copy is read that is laid out beside the page.
  const textOf = (element) => {
    const laidOut = element.cloneNode(true);
    laidOut.querySelectorAll("button, form, nav, script, template, .no-print, .visually-hidden")
      .forEach((one) => one.remove());
    laidOut.style.cssText = "position: fixed; left: -9999px";
    document.body.append(laidOut);
    const text = laidOut.matches("table") ? rowsOf(laidOut) : laidOut.innerText;
    laidOut.remove();
    return text.replace(/\n{3,}/g, "\n\n").trim();
  };

  // A page that came back with faults begins at their summary. A browser passes over autofocus where
  // the address names a part of the page.
  document.querySelector("main .error-summary, main [autofocus]")?.focus();

  // A page that says what became of an act begins there: a key or codes that are shown only now, too.
  const said = document.querySelector('.messages, main .message[role="alert"]');
  if (said && document.activeElement === document.body) {
    said.tabIndex = -1;
    said.focus({ preventScroll: true });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (button?.matches("[data-print]")) window.print();
    if (button?.matches("[data-copy]")) {
      const meant = [...document.querySelectorAll(button.dataset.copy)].map(textOf);
      await copy(meant.filter(Boolean).join("\n\n"));
      button.textContent = button.dataset.done;
    }
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
