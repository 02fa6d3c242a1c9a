// The number of new notices beside the reader's name, asked for once a minute at most.
(() => {
  const place = document.querySelector("[data-notices]");
  if (!place) return;
  const kept = "notices";
  const show = (number) => {
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = ` ${place.dataset.words}`;
    place.replaceChildren(number > 99 ? "99+" : String(number), words);
    place.hidden = !number;
  };
  const remembered = () => {
    try {
      return JSON.parse(sessionStorage.getItem(kept)) || {};
    } catch {
      return {};
    }
  };
  const reader = place.previousElementSibling.textContent;
  const known = remembered();
  const isHere = window.location.pathname === "/notices/";
  if (!isHere && known.reader === reader && Date.now() - known.at < 60000) return show(known.number);
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.notices);
      if (!answer.ok) return;
      const number = (await answer.json()).new;
      show(number);
      sessionStorage.setItem(kept, JSON.stringify({ reader, number, at: Date.now() }));
    } catch {
      // Without the line the number is missing, nothing else.
    }
  };
  ask();
})();
