// Draws each <div data-chart="address"> once the page is painted. The table below it stays for
// whoever has no JavaScript, or no connection.
(() => {
  const places = [...document.querySelectorAll("[data-chart]")];
  const script = document.querySelector("script[data-plotly]");
  if (!places.length || !script) return;

  const settings = { displayModeBar: false, responsive: true, showTips: false };

  const give_up = (place) => {
    place.hidden = true;
    const table = place.parentElement.querySelector("details");
    if (table) table.open = true;
  };

  const draw = async (place) => {
    try {
      const answer = await fetch(place.dataset.chart, {
        headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
      });
      if (!answer.ok) throw new Error(answer.status);
      const figure = await answer.json();
      if (place.clientWidth < 420) narrow(figure.layout);
      await window.Plotly.newPlot(place, figure.data, figure.layout, settings);
      place.removeAttribute("aria-busy");
    } catch {
      give_up(place);
    }
  };

  // On a telephone long labels would leave no room for the bars.
  const narrow = (layout) => {
    layout.font.size = 11;
    if (layout.margin.r > 90) layout.margin.r = 84;
    for (const note of layout.annotations || []) note.font.size = 11;
    const axis = Object.assign(layout.xaxis, { nticks: 4, tickangle: 0 });
    if (axis.dtick) axis.dtick = axis.dtick === "M12" ? "M24" : "M60";
    if (layout.yaxis.tickfont) layout.yaxis.tickfont.size = 10.5;
  };

  const load = () => {
    const plotly = document.createElement("script");
    plotly.src = script.dataset.plotly;
    plotly.onload = () => places.forEach(draw);
    plotly.onerror = () => places.forEach(give_up);
    document.head.append(plotly);
  };

  requestAnimationFrame(() => setTimeout(load, 0));
})();
