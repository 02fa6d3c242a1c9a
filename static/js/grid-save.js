// Cells of a grid are saved as they are left; those left meanwhile go together in the next request.
// What is not saved keeps its text; js/grid-keep.js has it when its owner comes back.
(() => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const news = form.querySelector("[data-news]");
  const waiting = new Set();
  let busy = false;

  const cellOf = (field) => field.closest("td.cell");
  const fieldOf = (place) => place.closest("td.cell")?.querySelector(".form-control");
  const moreOf = (field) => cellOf(field).querySelector(".cell-more");
  const words = (name) => document.querySelector(`template[data-note="${name}"]`).content;

  // What is replaced may have the focus, which the cell keeps.
  const replace = (field, more) => {
    const hadFocus = moreOf(field).contains(document.activeElement);
    moreOf(field).replaceChildren(...more);
    moreOf(field).id = `${field.id}-more`;
    field.setAttribute("aria-describedby", moreOf(field).id);
    if (hadFocus) field.focus();
  };

  const note = (field, name) => {
    cellOf(field).className = name ? `cell is-${name}` : "cell";
    replace(field, name ? words(name).cloneNode(true).childNodes : []);
    const way = moreOf(field).querySelector("a");
    if (way) way.href += `?next=${encodeURIComponent(location.pathname + location.search)}`;
  };

  const put = (field, sent, answer) => {
    const fresh = answer.querySelector(".form-control");
    if (field.value === sent) field.value = fresh.value;
    field.name = fresh.name;
    Object.assign(field.dataset, fresh.dataset);
    delete field.dataset.yes;
    field.ariaInvalid = fresh.ariaInvalid;
    cellOf(field).className = answer.className;
    replace(field, answer.querySelector(".cell-more").childNodes);
    moreOf(field).querySelector("[data-restore]")?.removeAttribute("hidden");
  };

  const body = (fields) => {
    const data = new FormData();
    for (const { name, value } of form.querySelectorAll("[name]")) {
      if (!name.includes("|") && !["yes", "period"].includes(name)) data.append(name, value);
    }
    for (const field of fields) {
      data.append(field.name, field.value);
      if (field.dataset.yes) data.append("yes", field.dataset.yes);
    }
    return data;
  };

  const take = (text, sent) => {
    const page = document.createElement("template");
    page.innerHTML = text;
    for (const [field, value] of sent) {
      const answer = page.content.getElementById(field.id)?.closest("td");
      if (answer) put(field, value, answer);
      else note(field, "");
    }
    news.textContent = page.content.querySelector("[data-news]").textContent;
  };

  const send = async () => {
    if (busy || !waiting.size) return;
    busy = true;
    const sent = new Map([...waiting].map((field) => [field, field.value]));
    waiting.clear();
    for (const field of sent.keys()) note(field, "saving");
    const answer = await fetch(location.href, {
      method: "POST",
      body: body(sent.keys()),
      headers: { "HX-Request": "true" },
      signal: AbortSignal.timeout(30000),
    }).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (answer?.ok && text) take(text, sent);
    else {
      const name = { undefined: "offline", 200: "offline", 401: "ended" }[answer?.status] ?? "failed";
      for (const field of sent.keys()) note(field, name);
      news.textContent = words(name).querySelector("p").textContent;
    }
    busy = false;
    form.dispatchEvent(new Event("settled"));
    send();
  };

  const add = (field) => {
    waiting.add(field);
    queueMicrotask(send);
  };

  form.addEventListener("change", ({ target }) => {
    const field = fieldOf(target);
    if (!field) return;
    if (target.name === "yes") field.dataset.yes = target.checked ? target.value : "";
    if (field.value.trim() !== field.dataset.stored) add(field);
    else if (!waiting.has(field)) note(field, "");
  });

  form.addEventListener("restore", ({ target }) => {
    const field = fieldOf(target);
    field.value = field.dataset.stored;
    field.name = field.dataset.fresh ?? field.name;
    waiting.delete(field);
    note(field, "");
  });

  form.addEventListener("click", ({ target }) => {
    if (target.matches("[data-again]")) form.querySelectorAll(":is(.is-offline, .is-failed) .form-control").forEach(add);
    if (target.matches("[data-again], [data-restore]")) fieldOf(target).focus();
    if (target.matches("[data-restore]")) fieldOf(target).dispatchEvent(new Event("restore", { bubbles: true }));
  });

  form.querySelectorAll("[data-without-script]").forEach((one) => { one.hidden = true; });
  form.querySelectorAll("[data-with-script]").forEach((one) => { one.hidden = false; });
})();
