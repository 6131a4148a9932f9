"use strict";
/* The desk's own script: theme, forms that send themselves, parts that are loaded anew, keys. All works without it. */
(() => {
  const root = document.documentElement;
  const stored = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
  if (stored) root.dataset.theme = stored;

  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const onReady = () => {
    for (const button of document.querySelectorAll("[data-theme-button]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a private window keeps nothing */ }
      });
    }
    for (const form of document.querySelectorAll("form[data-auto]"))
      form.addEventListener("change", () => form.requestSubmit());
    for (const form of document.querySelectorAll("form[data-part]")) live(form);
  };

  /* A form with data-part="#id" and data-wait (ms) answers into that part of the page as it is filled in. */
  const live = (form) => {
    const part = document.querySelector(form.dataset.part);
    const wait = Number(form.dataset.wait || 150);
    let timer = 0, asked = 0;
    const send = async () => {
      const mine = ++asked, data = new FormData(form), isPost = form.method === "post";
      const slow = setTimeout(() => part.setAttribute("aria-busy", "true"), 150);
      const query = new URLSearchParams(data);
      try {
        const url = isPost ? form.action : `${form.action.split("?")[0]}?${query}`;
        const answer = await fetch(url, { method: isPost ? "POST" : "GET", body: isPost ? query : undefined,
          headers: { "x-fragment": "1" }, redirect: "error" });
        const html = await answer.text();
        if (mine !== asked) return;
        const made = new DOMParser().parseFromString(html, "text/html").querySelector(form.dataset.part);
        if (!made) { location.reload(); return; }
        part.replaceChildren(...made.childNodes);
        if (!isPost) history.replaceState(null, "", url);
      } finally {
        clearTimeout(slow);
        if (mine === asked) part.removeAttribute("aria-busy");
      }
    };
    const soon = (ms) => { clearTimeout(timer); timer = setTimeout(send, ms); };
    form.addEventListener("input", () => soon(wait));
    form.addEventListener("change", () => soon(0));
    form.addEventListener("submit", (event) => { if (!event.submitter || !event.submitter.name) { event.preventDefault(); soon(0); } });
  };

  /* Keys: / finds, arrows walk rows, Enter opens, g and a letter goes to a section, ? lists them. */
  const places = { p: "/", w: "/what-if", v: "/versions", q: "/quality", i: "/identity", c: "/pilot", r: "/report" };
  let isGoing = false;
  const rows = () => [...document.querySelectorAll("[data-row] a[href], .list tbody th a[href]")];
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (at && at.matches("input, select, textarea")) { if (event.key === "Escape") at.blur(); return; }
    if (isGoing) { isGoing = false; if (places[event.key]) { location.href = places[event.key]; event.preventDefault(); } return; }
    if (event.key === "g") { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); return; }
    if (event.key === "/") { const find = document.querySelector("[data-find]"); if (find) { find.focus(); find.select(); event.preventDefault(); } return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = rows(), here = all.indexOf(at), step = event.key === "ArrowDown" ? 1 : -1;
      if (!all.length || (here < 0 && step < 0)) return;
      if (here + step < 0) return;
      const next = all[Math.min(here + step, all.length - 1)];
      next.focus(); next.scrollIntoView({ block: "nearest" }); event.preventDefault();
    }
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady); else onReady();
})();
