// While a file is being taken: show how far it is, reload when it is done.
(() => {
  const bar = document.querySelector("[data-progress]");
  if (!bar) return;
  const words = document.querySelector(bar.dataset.words);
  const ask = async () => {
    try {
      const answer = await fetch(bar.dataset.progress);
      const found = await answer.json();
      if (!found.pending) return window.location.reload();
      bar.value = found.percent;
      if (found.of) words.textContent = `${found.done} / ${found.of}`;
    } catch {
      // The connection may come back: ask again.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 1000);
})();
