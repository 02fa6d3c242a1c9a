// While a recalculation is under way: ask every three seconds, reload once it is done.
(() => {
  const notice = document.querySelector("[data-pending]");
  if (!notice) return;
  const ask = async () => {
    try {
      const answer = await fetch(notice.dataset.pending);
      const found = await answer.json();
      if (!found.pending) return window.location.reload();
    } catch {
      // The connection may come back: ask again.
    }
    setTimeout(ask, 3000);
  };
  setTimeout(ask, 3000);
})();
