// Charts, loaded late; the numbers stand as a table beside each. The option is JSON in the next <script>.
export async function start(place) {
  const echarts = await import("./echarts.js");
  const style = () => getComputedStyle(document.documentElement);
  const colour = (name) => style().getPropertyValue(name).trim();
  const option = JSON.parse(place.parentElement.querySelector('script[type="application/json"]').textContent);
  const drawn = echarts.init(place, null, { renderer: "svg" });
  const paint = () => {
    const axis = { axisLabel: { color: colour("--muted") }, axisLine: { lineStyle: { color: colour("--line") } }, splitLine: { lineStyle: { color: colour("--line") } } };
    const many = (one) => (one === undefined ? undefined : (Array.isArray(one) ? one : [one]).map((each) => ({ ...axis, ...each })));
    drawn.setOption(
      {
        color: ["--brand", "--note", "--good", "--warn", "--strong"].map(colour),
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour("--ink") },
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        tooltip: { trigger: "axis", renderMode: "richText" },
        aria: { enabled: true },
        animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        ...option,
        legend: option.legend && { top: 0, textStyle: { color: colour("--ink") }, ...option.legend },
        xAxis: many(option.xAxis),
        yAxis: many(option.yAxis),
      },
      { notMerge: true },
    );
  };
  paint();
  new ResizeObserver(() => drawn.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  // a point of the series may carry "href": the rows behind the number
  drawn.on("click", (event) => {
    if (event.data?.href) location.assign(event.data.href);
  });
}
