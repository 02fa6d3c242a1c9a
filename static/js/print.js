// In the foot of each printed page stand the address and the day (css/print.css puts them there).
(() => {
  const { foot } = document.querySelector("main h1").dataset;
  const address = decodeURI(location.href);
  document.documentElement.style.setProperty("--foot", JSON.stringify(`${address} – ${foot}`));
})();
