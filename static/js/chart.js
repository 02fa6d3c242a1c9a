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
      if (place.clientWidth < 420) narrow(figure);
      // Beside a taller neighbour a chart is as high as its panel.
      figure.layout.height = Math.max(figure.layout.height, place.clientHeight);
      await window.Plotly.newPlot(place, figure.data, figure.layout, settings);
      await fit(place);
      place.removeAttribute("aria-busy");
      place.on("plotly_click", (click) => follow(place, click));
      offer_files(place, figure);
    } catch {
      give_up(place);
    }
  };

  // How wide a label is only the window knows: margins grow until none is cut at the edge.
  const fit = async (place, tries = 5) => {
    const { left, right, top, bottom } = place.querySelector(".main-svg").getBoundingClientRect();
    const margin = { ...place.layout.margin };
    const grow = (side, cut) => { if (cut > 0.5) margin[side] = (margin[side] || 0) + Math.ceil(cut) + 2; };
    const edges = [...place.querySelectorAll(".main-svg text")].filter((text) => text.textContent)
      .map((text) => text.getBoundingClientRect()).filter(({ width }) => width);
    grow("l", Math.max(...edges.map((text) => left - text.left)));
    grow("r", Math.max(...edges.map((text) => text.right - right)));
    grow("t", Math.max(...edges.map((text) => top - text.top)));
    grow("b", Math.max(...edges.map((text) => text.bottom - bottom)));
    const is_cut = ["l", "r", "t", "b"].some((side) => margin[side] !== place.layout.margin?.[side]);
    if (!is_cut || !tries) return;
    await window.Plotly.relayout(place, { margin });
    await fit(place, tries - 1);
  };

  // A bar or a point leads to the rows that it counts; of the lines of a day the one that is nearest.
  const follow = (place, { points, event }) => {
    const height = event.clientY - place.getBoundingClientRect().top;
    const far = ({ y, yaxis }) => Math.abs(yaxis.d2p(y) + yaxis._offset - height);
    const leading = points.filter(({ customdata }) => customdata);
    const [nearest] = leading.length > 1 ? leading.sort((a, b) => far(a) - far(b)) : leading;
    if (nearest) location.href = nearest.customdata;
  };

  // What the chart shows, to be taken away: its numbers, and its picture with source and day.
  const offer_files = (place, figure) => {
    const [path, query] = place.dataset.chart.split("?");
    const name = path.split("/").at(-2);
    const line = document.createElement("p");
    line.className = "hint chart-files no-print";
    for (const [kind, word] of [["csv", "CSV"], ["xlsx", "Excel"]]) {
      const link = document.createElement("a");
      link.href = `${script.dataset.export}${name}.${kind}?${query}`;
      link.textContent = word;
      line.append(link, " · ");
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet-button";
    button.textContent = "PNG";
    button.onclick = () => save_picture(place, figure, name);
    line.append(button);
    const table = place.parentElement.querySelector("details");
    if (table) table.append(line);
    else place.after(line);
  };

  const save_picture = async (place, figure, name) => {
    const heading = place.closest("section")?.querySelector("h2, h3")?.textContent.trim() || "";
    const page = document.querySelector("main h1").textContent.trim().replace(/\s+/g, " ");
    const foot = { text: `${script.dataset.source}: ${location.host} – ${page}`, showarrow: false };
    const layout = { ...figure.layout, paper_bgcolor: "#ffffff", width: 1200, height: 675,
      title: { text: heading.replace(/[<&]/g, " "), x: 0.02, xanchor: "left" } };
    const margin = figure.layout.margin || {};
    layout.margin = { ...margin, t: 70, b: Math.max(margin.b || 0, 40) + 50 };
    const corner = { x: 0, y: 0, xref: "paper", yref: "paper", xanchor: "left", yanchor: "top",
      yshift: -layout.margin.b + 34, font: { size: 13 } };
    foot.text = foot.text.replace(/[<&]/g, " ");
    layout.annotations = [...(figure.layout.annotations || []), { ...foot, ...corner }];
    const link = document.createElement("a");
    link.href = await window.Plotly.toImage({ data: figure.data, layout }, { format: "png", scale: 2 });
    link.download = `${name}.png`;
    link.click();
  };

  // On a telephone long labels would leave no room for the bars.
  const narrow = ({ data, layout }) => {
    layout.font.size = 11;
    if (layout.xaxis?.type === "date") layout.height = Math.min(layout.height, 220);
    if (layout.margin.r > 90) layout.margin.r = 84;
    for (const note of layout.annotations || []) note.font.size = 11;
    const axis = Object.assign(layout.xaxis || {}, { nticks: 4, tickangle: 0 });
    if (axis.dtick) axis.dtick = axis.dtick === "M12" ? "M24" : "M60";
    if (axis.tickvals) axis.tickvals = axis.tickvals.filter((_tick, place) => place % 2 === 0);
    if (layout.yaxis?.tickfont) layout.yaxis.tickfont.size = 10.5;
    if (layout.yaxis?.autorange !== "reversed" || typeof data[0]?.y[0] !== "string") return;
    layout.yaxis.tickvals = data[0].y;
    layout.yaxis.ticktext = data[0].y.map((name) => name.length > 22 ? `${name.slice(0, 21)}…` : name);
  };

  const load = () => {
    const plotly = document.createElement("script");
    plotly.src = script.dataset.plotly;
    plotly.onload = () => {
      // What is hidden on this window has no width yet.
      const draw_seen = () => {
        for (const place of places.filter((one) => one.offsetParent && !one.dataset.drawn)) {
          place.dataset.drawn = "yes";
          draw(place);
        }
      };
      draw_seen();
      addEventListener("resize", draw_seen);
    };
    plotly.onerror = () => places.forEach(give_up);
    document.head.append(plotly);
  };

  requestAnimationFrame(() => setTimeout(load, 0));
})();
