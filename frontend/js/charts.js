// Every chart of the product: <c-chart kind="trend" src="#data" label="…">, with its numbers in a json_script or data-json.
// One look for all, colours read from the theme and redrawn when it changes. SVG, so that text stays text.
(() => {
  "use strict";
  const NAMES = ["primary", "success", "warning", "secondary", "accent", "info"];
  const DASHES = ["solid", "dashed", "dotted"]; // series differ by more than their colour
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const live = new Map();

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  function colour(name, opacity = 1) { // ECharts does not know oklch(): let the browser turn it into numbers
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = style(`--color-${name}`);
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
    return `rgba(${r},${g},${b},${opacity})`;
  }
  function theme() {
    return {
      series: NAMES.map((name) => colour(name)), tone: (name, opacity) => colour(name || "primary", opacity),
      text: colour("base-content"), quiet: colour("base-content", 0.74), line: colour("base-content", 0.14), ground: colour("base-100"),
    };
  }
  // As the pages write them: core/figures.py
  const isMoney = (unit) => /^[A-Z]{3}$/.test(unit ?? "");
  const span = (minutes) => {
    if (minutes >= 14400) return `${Math.floor(minutes / 1440)} d`;
    const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor((minutes % 1440) / 60), "h"], [minutes % 60, "min"]];
    const first = parts.findIndex(([count]) => count > 0);
    return first < 0 ? "0 min" : parts.slice(first, first + 2).filter(([count]) => count > 0).map((part) => part.join(" ")).join(" ");
  };
  const number = (value, unit) => {
    if (value === null || value === undefined) return "none";
    if (unit === "hours") return span(Math.round(value * 60));
    const whole = isMoney(unit) && Math.abs(value) >= 1000;
    const plain = value.toLocaleString("en", { maximumFractionDigits: whole ? 0 : 2 });
    return unit ? `${plain} ${unit}` : plain;
  };
  const short = (value) => Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);

  // The end of an axis that several charts share: the next round number.
  const ceiling = (most, ten = 10 ** Math.floor(Math.log10(most))) => ten * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * ten >= most);

  function axes(data, t, along = "x") {
    const names = { type: "category", data: data.x, boundaryGap: data.kind !== "line", axisTick: { show: false }, axisLine: { lineStyle: { color: t.line } }, axisLabel: { color: t.quiet, hideOverlap: true, ...(data.kind === "line" ? { alignMinLabel: "left", alignMaxLabel: "right" } : {}) } };
    const values = { type: "value", axisLabel: { color: t.quiet, hideOverlap: true, formatter: (v) => (data.unit === "%" ? `${v} %` : data.unit === "hours" ? `${short(v)} h` : short(v)) }, splitLine: { lineStyle: { color: t.line } }, minInterval: data.unit ? 0 : 1, max: data.most > 0 ? ceiling(data.most) : undefined, min: data.least < 0 ? -ceiling(-data.least) : undefined };
    return along === "x" ? { xAxis: names, yAxis: values } : { xAxis: values, yAxis: { ...names, inverse: true } };
  }
  // A point without a neighbour has no line to be seen by: it gets a dot of its own.
  const lone = (data, i) => data[i] !== null && (data[i - 1] ?? null) === null && (data[i + 1] ?? null) === null;
  // A line, and apart from it what may still move: points from `settled` on, hollow, at the end of a dashed line.
  // Straight lines only: a smoothed one passes through values that never were.
  function line(one, size, t, at, spot = 7) {
    const { data, settled = data.length } = one, straight = { type: "line", smooth: false, connectNulls: false, showAllSymbol: true };
    const sure = data.map((value, i) => (i >= settled ? null : lone(data, i) ? { value, symbolSize: 7 } : value));
    const rest = data.map((value, i) => (i >= settled ? value : i === settled - 1 ? { value, symbolSize: 0 } : null));
    return [
      { ...straight, name: one.name, data: sure, symbol: "circle", symbolSize: size, ...at },
      ...(settled < data.length ? [{ ...straight, name: one.name, data: rest, symbol: "circle", symbolSize: spot, ...at, itemStyle: { color: t.ground, borderColor: at.color, borderWidth: 2 }, lineStyle: { color: at.color, type: [3, 4], width: 1.5 }, areaStyle: undefined, markLine: undefined }] : []),
    ];
  }
  const hollow = (one, i, t, name) => (i < (one.settled ?? one.data.length) ? one.data[i] : { value: one.data[i], itemStyle: { color: t.tone(name, 0.15), borderColor: t.tone(name), borderType: "dashed", borderWidth: 1.5 } });
  // What is said of a point, by the hover and to who cannot see it: each value once, with what is to be known beside
  // it: "42.86 % (3 of 7, so far)".
  function said(data, one, at) {
    const value = one.data[at] ?? null, note = value === null ? "" : one.notes?.[at];
    return `${number(value, data.unit)}${note ? ` (${note})` : ""}`;
  }
  const hover = (data, t) => (points) => {
    const at = points[0].dataIndex;
    const lines = data.series.filter((one) => points.some((point) => point.seriesName === one.name)).map((one) => {
      const { marker } = points.find((point) => point.seriesName === one.name), told = said(data, one, at);
      return `${marker}${one.name}${t.isNarrow && one.name.length + told.length > 38 ? "\n      " : "  "}${told}`;
    });
    return [data.x[at], ...lines].join("\n");
  };
  const frame = (many, marked) => ({ left: 8, right: 16, top: (many ? 40 : 14) + (marked ? 14 : 0), bottom: 4, outerBoundsMode: "same" });
  const legend = (t) => ({ top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, type: "scroll", textStyle: { color: t.quiet } });
  // Lines across (the target) and upright (what happened meanwhile, by the name that stands below the chart).
  const target = (data, t) => ({ yAxis: data.target, label: { formatter: `target ${number(data.target, data.unit)}`, position: "insideEndTop" }, lineStyle: { color: t.quiet, type: "dashed" } });
  const upright = (one, last, t) => ({ xAxis: one.at, label: { formatter: one.name, position: "end", distance: 2, fontSize: 10, align: one.at === last ? "right" : "center" }, lineStyle: { color: one.is_strong ? t.tone("warning") : t.quiet, type: one.is_strong ? "solid" : [2, 3], width: one.is_strong ? 2 : 1 } });
  function mark(data, t) {
    const lines = [...(data.target === undefined || data.target === null ? [] : [target(data, t)]), ...(data.marks ?? []).map((one) => upright(one, data.x.length - 1, t))];
    return lines.length ? { silent: true, symbol: "none", label: { color: t.quiet, backgroundColor: t.ground, padding: [1, 4], borderRadius: 3 }, data: lines } : undefined;
  }
  const tone = (one, i, t) => (one.is_quiet ? t.quiet : t.series[i % t.series.length]);

  // data shapes are described in frontend/README.md
  const kinds = {
    trend: (data, t) => ({
      color: data.series.map((one, i) => tone(one, i, t)), grid: frame(data.series.length > 1, data.marks?.length), legend: data.series.length > 1 ? legend(t) : undefined,
      tooltip: { trigger: "axis", formatter: hover(data, t) }, ...axes({ ...data, kind: "line" }, t),
      series: data.series.flatMap((one, i) => line(one, data.x.length < 3 ? 6 : 0, t, { color: tone(one, i, t), lineStyle: { width: one.is_quiet ? 1.5 : 2.5, type: DASHES[i % 3] }, areaStyle: one.is_quiet || data.series.length > 3 ? undefined : { opacity: 0.1 }, markLine: i === 0 ? mark(data, t) : undefined })),
    }),
    bar: (data, t) => ({
      color: t.series, grid: frame(data.series.length > 1), legend: data.series.length > 1 ? legend(t) : undefined,
      tooltip: { trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: t.tone("primary", 0.06) } }, formatter: hover(data, t) },
      ...axes(data, t, data.along === "y" ? "y" : "x"),
      series: data.series.map((one, i) => ({ name: one.name, data: one.data.map((_, at) => hollow(one, at, t, NAMES[i % NAMES.length])), type: "bar", barMaxWidth: 36, stack: data.stacked ? "all" : undefined, itemStyle: { borderRadius: data.stacked ? 0 : data.along === "y" ? [0, 4, 4, 0] : [4, 4, 0, 0] }, markLine: i === 0 && data.along !== "y" ? mark(data, t) : undefined })),
    }),
  };

  const source = (el) => el.dataset.json || document.querySelector(el.dataset.src)?.textContent;
  function draw(el) {
    const kind = kinds[el.dataset.chart], json = source(el);
    if (!kind || !json) return;
    const data = JSON.parse(json), t = { ...theme(), isNarrow: el.clientWidth < 480 };
    const options = kind(data, t);
    if (options.tooltip) { // richText draws in the SVG: the HTML one needs inline styles, which the policy forbids
      options.tooltip = { renderMode: "richText", confine: true, backgroundColor: t.ground, borderColor: t.line, textStyle: { color: t.text }, ...options.tooltip };
    }
    let chart = live.get(el);
    if (!chart) {
      chart = window.echarts.init(el, null, { renderer: "svg" });
      live.set(el, chart);
      new ResizeObserver(() => chart.isDisposed() || chart.resize()).observe(el);
      chart.on("click", (event) => { const to = event.data?.url || data.urls?.[event.dataIndex]; if (to) window.location.assign(to); });
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({ animation: !still, animationDuration: 400, textStyle: { fontFamily: style("--font-sans") || "sans-serif" }, aria: { enabled: false }, ...options }, true);
    el.querySelector("svg")?.setAttribute("aria-hidden", "true"); // the label of the frame speaks, or the table beside it
  }
  // Arrow keys go from point to point of a chart that has the focus: the hover shows there, and is read aloud.
  document.addEventListener("keydown", (event) => {
    const el = event.target, chart = live.get(el), data = chart && JSON.parse(source(el)), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!data?.x || !step) return;
    event.preventDefault();
    const at = Math.min(Math.max(Number(el.dataset.at ?? (step > 0 ? -1 : data.x.length)) + step, 0), data.x.length - 1);
    el.dataset.at = at;
    const along = data.along === "y", place = chart.convertToPixel(along ? { yAxisIndex: 0 } : { xAxisIndex: 0 }, at);
    chart.dispatchAction({ type: "showTip", x: along ? el.clientWidth / 2 : place, y: along ? place : el.clientHeight / 2 });
    const says = el.nextElementSibling;
    if (says?.matches("[data-says]")) says.textContent = `${data.x[at]}: ${data.series.map((one) => `${one.name} ${said(data, one, at)}`).join(", ")}`;
  });
  document.addEventListener("focusout", (event) => live.get(event.target)?.dispatchAction({ type: "hideTip" }));
  // The library is fetched once, and only when a chart comes near the window.
  const address = document.currentScript.dataset.library;
  let fetched;
  const library = () => (fetched ??= new Promise((done) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done }));
  }));
  // On paper stands also what has not come near yet; <button data-prints> waits for the library first.
  document.addEventListener("click", async (event) => {
    if (!event.target.closest?.("[data-prints]")) return;
    await library();
    requestAnimationFrame(() => window.print());
  });
  window.addEventListener("beforeprint", () => {
    if (window.echarts) document.querySelectorAll("[data-chart]").forEach((el) => live.has(el) || draw(el));
  });
  const near = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    library().then(() => target.isConnected && draw(target));
  }), { rootMargin: "200px" });
  const show = (el) => (live.has(el) ? draw(el) : near.observe(el));

  function scan(within) {
    for (const [el, chart] of live) if (!el.isConnected) { chart.dispose(); live.delete(el); }
    if (within.matches?.("[data-chart]")) show(within);
    within.querySelectorAll?.("[data-chart]").forEach(show);
  }
  document.addEventListener("DOMContentLoaded", () => scan(document));
  document.addEventListener("htmx:afterSettle", (event) => scan(event.target));
  new MutationObserver(() => live.forEach((_, el) => draw(el))).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
})();
