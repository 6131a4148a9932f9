"use strict";
/* What-if: marks follow their figures, figures follow marks that are dragged, shares add up, refused fields are marked. */
(() => {
  const number = (box) => { const said = box.value.trim(); return said === "" ? NaN : Number(said); };
  const boxOf = (name) => document.getElementById(name);

  const place = (mark) => {
    const box = boxOf(mark.dataset.handle), strip = mark.closest("[data-low]"), value = box ? number(box) : NaN;
    if (!Number.isFinite(value)) return;
    const low = Number(strip.dataset.low), high = Number(strip.dataset.high);
    mark.setAttribute("x", `${100 * Math.min(1, Math.max(0, (value - low) / (high - low)))}%`);
  };

  const add = (frame) => {
    const output = frame.querySelector("[data-total]");
    const boxes = frame.querySelectorAll(frame.matches("details") ? ".share input" : "input");
    if (!output) return;
    const total = [...boxes].reduce((sum, box) => sum + (number(box) || 0), 0);
    output.value = String(Number(total.toFixed(4)));
    output.parentElement.classList.toggle("is-off", Math.abs(total - 1) > 1e-9);
  };

  const follow = (box) => {
    box.classList.toggle("is-changed", box.value.trim() === "" ? box.dataset.now !== "" : Number(box.value) !== Number(box.dataset.now || NaN));
    const mark = document.querySelector(`[data-handle="${CSS.escape(box.name)}"]`);
    if (mark) place(mark);
    for (let frame = box.closest("[data-sum]"); frame; frame = frame.parentElement.closest("[data-sum]")) add(frame);
  };

  document.addEventListener("input", (event) => { if (event.target.matches("input[data-now]")) follow(event.target); });

  /* A drag writes a round figure into the box; the form then asks as if it were typed. */
  document.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest?.("[data-handle]");
    if (!mark) return;
    const strip = mark.closest("[data-low]"), drawn = mark.ownerSVGElement.getBoundingClientRect(), box = boxOf(mark.dataset.handle);
    const low = Number(strip.dataset.low), high = Number(strip.dataset.high);
    const step = 10 ** Math.floor(Math.log10((high - low) / 100));
    const move = (to) => {
      const share = Math.min(1, Math.max(0, (to.clientX - drawn.left) / drawn.width));
      box.value = String(Number((Math.round((low + share * (high - low)) / step) * step).toFixed(6)));
      box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const end = () => { mark.classList.remove("is-held"); removeEventListener("pointermove", move); removeEventListener("pointerup", end); };
    mark.classList.add("is-held");
    addEventListener("pointermove", move); addEventListener("pointerup", end);
    event.preventDefault();
  });

  /* The arrows change the figure that has the focus, by a hundredth of what its strip shows, or of 1. */
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches?.("input[data-now]") || !["ArrowUp", "ArrowDown"].includes(event.key) || !Number.isFinite(number(box))) return;
    const mark = document.querySelector(`[data-handle="${CSS.escape(box.name)}"]`), strip = mark?.closest("[data-low]");
    const span = strip ? Number(strip.dataset.high) - Number(strip.dataset.low) : 1;
    const step = box.closest(".share, [data-sum] .labelled") ? 0.01 : strip ? 10 ** Math.floor(Math.log10(span / 50)) : 1;
    box.value = String(Number((number(box) + (event.key === "ArrowUp" ? step : -step)).toFixed(6)));
    box.dispatchEvent(new Event("input", { bubbles: true }));
    event.preventDefault();
  });

  const mark = () => {
    const wrong = new Set([...document.querySelectorAll("#answer [data-problems]")].flatMap((one) => one.dataset.problems.split("\n")));
    for (const box of document.querySelectorAll("input[data-now]")) {
      if (wrong.has(box.name)) { box.setAttribute("aria-invalid", "true"); box.setAttribute("aria-describedby", "refused"); box.closest("details")?.setAttribute("open", ""); }
      else { box.removeAttribute("aria-invalid"); box.removeAttribute("aria-describedby"); }
    }
  };

  const onReady = () => {
    const answer = document.getElementById("answer");
    if (!answer) return;
    new MutationObserver(mark).observe(answer, { childList: true });
    for (const box of document.querySelectorAll("input[data-now]")) if (box.value !== box.defaultValue) follow(box);
    for (const frame of document.querySelectorAll("[data-sum]")) add(frame);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady); else onReady();
})();
