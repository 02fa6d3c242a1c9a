// A screen in a control room: the next page every few seconds, the clock, and a banner while the
// line is gone. What was shown before stays, so that the screen is never empty.
(() => {
  const wall = document.querySelector("[data-wall]");
  if (!wall) return;
  const lost = document.querySelector("[data-lost]");
  const clock = document.querySelector("[data-clock]");
  const pages = wall.dataset.pages.split(" ");
  const kept = new Map([[wall.dataset.page, wall.innerHTML]]);
  const hour = new Intl.DateTimeFormat("vi-VN", {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh",
  });
  let at = pages.indexOf(wall.dataset.page);

  const tick = () => { clock.textContent = hour.format(new Date()); };

  const fetched = async (page) => {
    const address = `${wall.dataset.wall}?page=${page}&part=1`;
    // The browser asks with the ETag that it knows.
    const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(10000) });
    if (answer.status === 403) return window.location.reload();
    if (!answer.ok) throw new Error(answer.status);
    kept.set(page, await answer.text());
  };

  const turn = async () => {
    at = (at + 1) % pages.length;
    const page = pages[at];
    try {
      await fetched(page);
      lost.hidden = true;
    } catch {
      if (lost.hidden) lost.textContent = `${lost.dataset.lost} ${hour.format(new Date())}`;
      lost.hidden = false;
    }
    if (kept.has(page)) {
      wall.innerHTML = kept.get(page);
      wall.dataset.page = page;
    }
    setTimeout(turn, wall.dataset.seconds * 1000);
  };

  tick();
  setInterval(tick, 1000);
  setTimeout(turn, wall.dataset.seconds * 1000);
})();
