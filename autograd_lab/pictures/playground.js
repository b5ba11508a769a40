// The playground's view: sends settings to valley.py, draws the picture that comes back, computes nothing.
// Both plots are nested SVGs whose viewBox is in the units of the data, with y turned upwards; they clip what leaves them.

const tick = (x, y, anchor, text) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
const signed = (number) => String(number).replace("-", "−");
const slider = (name, label, min, max, step) => `
  <label><span>${label}</span><span class="track"><input type="range" name="${name}" min="${min}" max="${max}" step="${step}">
  ${name === "lr" ? '<span class="mark" aria-hidden="true"></span>' : ""}</span></label><span data-value="${name}"></span>`;

const MARKUP = `
<style>
.valley { max-width: 54em; color: var(--jp-ui-font-color1, currentColor); font: 13px/1.5 var(--jp-ui-font-family, sans-serif); padding: 4px;
  .plots { display: flex; flex-wrap: wrap; gap: 8px; }
  .plots > svg { flex: 1 1 250px; max-width: 340px; }
  .plots > svg:first-child { flex: 1.6 1 400px; max-width: none; cursor: crosshair; touch-action: none; }
  svg text, svg tspan { fill: currentColor; font-size: 12px; }
  svg * { vector-effect: non-scaling-stroke; fill: none; stroke-linecap: round; stroke-linejoin: round; }
  .frame { stroke: var(--jp-border-color1, #999); }
  .ring { stroke: var(--blue); stroke-opacity: 0.55; fill: var(--blue); fill-opacity: 0.06; }
  .line { stroke: var(--orange); stroke-width: 1.5; }
  .dots { stroke: var(--orange); stroke-width: 5; }
  .theory { stroke: var(--green); stroke-width: 2; stroke-dasharray: 6 5; }
  .start { stroke: var(--orange); stroke-width: 3; fill: var(--jp-layout-color0, white); }
  .minimum { stroke: currentColor; stroke-width: 1.5; }
  svg .orange { fill: var(--orange); } svg .green { fill: var(--green); }
  .controls { display: grid; grid-template-columns: max-content minmax(8em, 1fr) 3em; gap: 4px 12px; align-items: center; margin: 4px 0; }
  label { display: contents; }
  .check { display: flex; gap: 6px; align-items: center; justify-self: start; grid-column: 2; }
  .said { min-height: 6em; }
  .track { position: relative; display: flex; }
  .verdict { grid-column: 2 / 4; margin-top: -4px; }
  input[type=range] { -webkit-appearance: none; appearance: none; width: 100%; height: 20px; margin: 0; border-radius: 4px;
    background: linear-gradient(var(--blue), var(--blue)) center / 100% 4px no-repeat; }
  input[name=lr] { background-image: linear-gradient(to right, var(--blue) var(--limit), var(--orange) var(--limit)); }
  input::-webkit-slider-thumb { -webkit-appearance: none; width: 16px; height: 16px; border-radius: 50%;
    border: 2px solid var(--blue); background: var(--jp-layout-color0, white); }
  input::-moz-range-thumb { box-sizing: border-box; width: 16px; height: 16px; border-radius: 50%;
    border: 2px solid var(--blue); background: var(--jp-layout-color0, white); }
  .mark { position: absolute; left: var(--limit); top: 0; height: 20px; border-left: 3px solid var(--orange); margin-left: -1.5px; pointer-events: none; }
  :focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: 2px; }
}
</style>
<div class="valley">
  <div class="plots">
    <svg viewBox="0 0 460 330" tabindex="0" role="application" aria-roledescription="contour plot"><g aria-hidden="true">
      <svg x="32" y="24" width="424" height="265" viewBox="-4 -2.5 8 5"><g class="plane" transform="scale(1 -1)">
        <g class="rings"></g><path class="minimum" d="M-.1 0h.2M0 -.1v.2"/>
        <polyline class="line"/><path class="dots"/><circle class="start" r=".1"/></g></svg>
      <text class="title" x="32" y="16"></text><rect class="frame" x="32" y="24" width="424" height="265"/>
      ${[-4, -2, 0, 2, 4].map((x) => tick(244 + 53 * x, 305, "middle", signed(x))).join("")}${tick(244, 323, "middle", "x")}
      ${[-2, 0, 2].map((y) => tick(26, 160.5 - 53 * y, "end", signed(y))).join("")}${tick(6, 120, "start", "y")}
    </g></svg>
    <svg viewBox="0 0 290 330" role="img"><g aria-hidden="true">
      <svg x="44" y="24" width="242" height="265" viewBox="0 -4 60 13" preserveAspectRatio="none"><g transform="scale(1 -1)">
        <polyline class="theory"/><polyline class="line"/></g></svg>
      <rect class="frame" x="44" y="24" width="242" height="265"/>
      ${[0, 20, 40, 60].map((k) => tick(44 + (242 / 60) * k, 305, k < 60 ? "middle" : "end", k)).join("")}${tick(165, 323, "middle", "steps")}
      ${[["10³", 3], ["1", 0], ["10⁻³", -3], ["10⁻⁶", -6], ["10⁻⁹", -9]].map(([t, y]) => tick(38, 28 + (4 - y) * (265 / 13) - 4 * (y < -8), "end", t)).join("")}
      <text x="44" y="16"><tspan class="orange">━</tspan> loss</text>
      <text x="286" y="16" text-anchor="end"><tspan class="green">╍</tspan> <tspan class="slope"></tspan></text>
    </g></svg>
  </div>
  <div class="controls">
    ${slider("lr", "learning rate", 0.01, 4.2, 0.01)}
    <span class="verdict"></span>
    ${slider("momentum", "momentum", 0, 0.99, 0.01)}
    ${slider("decades", "condition number κ", 0, 2, 0.05)}
    <label class="check"><input type="checkbox" name="nesterov">Nesterov's momentum</label>
  </div>
  <div class="said" role="status"></div>
</div>`;

function render({ model, el }) {
  el.innerHTML = MARKUP;
  const find = (selector) => el.querySelector(selector);
  const [contours, chart] = el.querySelectorAll(".plots > svg");
  const inputs = el.querySelectorAll("input");
  // JupyterLab would take x for "cut the cell"; its shortcuts match what has the focus, so that is what says no.
  for (const target of [contours, ...inputs]) target.setAttribute("data-lm-suppress-shortcuts", "true");
  model.get("colours").forEach((colour, i) => el.style.setProperty(["--blue", "--orange", "--green", "--grey"][i], colour));

  // Three messages may be on their way: waiting for each answer doubles the delay, and a busy kernel mustn't get a queue.
  let wished = { ...model.get("settings") }, changed = false, underway = 0;
  const forward = () => {
    if (!changed || underway === 3) return;
    changed = false;
    underway += 1;
    const status = (message) => {
      if (message.content.execution_state !== "idle") return;
      underway -= 1;
      forward();
    };
    model.send(wished, { iopub: { status } });
  };
  const send = (change) => {
    Object.assign(wished, change);
    changed = true;
    forward();
  };
  for (const input of inputs)
    input.addEventListener("input", () => send({ [input.name]: input.type === "checkbox" ? input.checked : Number(input.value) }));

  const startAt = (x, y) => {
    const within = (value, most) => Math.round(100 * Math.min(Math.max(value, -most), most)) / 100;
    send({ x: within(x, 4), y: within(y, 2.5) });
  };
  const point = (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(find(".plane").getScreenCTM().inverse());
    startAt(x, y);
  };
  contours.addEventListener("pointerdown", (event) => {
    contours.setPointerCapture(event.pointerId);
    point(event);
  });
  contours.addEventListener("pointermove", (event) => contours.hasPointerCapture(event.pointerId) && point(event));
  contours.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!move) return;
    event.preventDefault();
    startAt(wished.x + move[0], wished.y + move[1]);
  });

  let speaking, drawn;
  const draw = () => {
    if (!underway) wished = { ...model.get("settings") }; // another view may have changed them
    const { path, losses, theory, rings, limit, values, verdict, title, slope, said } = model.get("picture");
    if (rings.join() !== drawn) find(".rings").innerHTML = rings.map(([rx, ry]) => `<ellipse class="ring" rx="${rx}" ry="${ry}"/>`).join("");
    drawn = rings.join();
    find(".plane .line").setAttribute("points", path.join(" "));
    find(".dots").setAttribute("d", path.map(([x, y]) => `M${x} ${y}h0`).join(""));
    find(".start").setAttribute("cx", path[0][0]);
    find(".start").setAttribute("cy", path[0][1]);
    chart.querySelector(".line").setAttribute("points", losses.map((loss, k) => [k, loss]).join(" "));
    chart.querySelector(".theory").setAttribute("points", `0,${theory[0]} 60,${theory[1]}`);
    find(".title").textContent = title;
    find(".slope").textContent = slope;
    find(".verdict").textContent = verdict;
    const lr = find("[name=lr]");
    el.style.setProperty("--limit", `calc(8px + (100% - 16px) * ${(limit - lr.min) / (lr.max - lr.min)})`);
    for (const input of inputs) {
      if (input.type === "checkbox") input.checked = wished.nesterov;
      else {
        input.value = wished[input.name];
        find(`[data-value=${input.name}]`).textContent = values[input.name];
        input.setAttribute("aria-valuetext", values[input.name]);
      }
    }
    contours.setAttribute("aria-label", `Contour plot of the loss with the path. Arrow keys move the start, now at (${path[0]}).`);
    chart.setAttribute("aria-label", `Loss on a logarithmic scale against steps; ${slope}`);
    clearTimeout(speaking); // what is said waits for the hand to rest, so that a screen reader isn't flooded
    speaking = setTimeout(() => (find(".said").textContent = said), 200);
  };
  model.on("change:picture", draw);
  draw();
  return () => model.off("change:picture", draw);
}

export default { render };
