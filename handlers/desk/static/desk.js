"use strict";
/* The desk's own script: theme, forms that send themselves, parts that are loaded anew, keys. All works without it. */
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const stored = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
  if (stored) root.dataset.theme = stored;

  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const onReady = () => {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent); button.textContent = "Copied"; }
        catch { getSelection().selectAllChildren(document.querySelector(button.dataset.copy)); button.textContent = "Selected: press Ctrl-C"; }
      });
    }
    for (const button of document.querySelectorAll("[data-theme-button]")) {
      button.addEventListener("click", () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a private window keeps nothing */ }
      });
    }
    for (const button of document.querySelectorAll("[data-keys-button]")) button.addEventListener("click", help);
    for (const form of document.querySelectorAll("form[data-part]")) live(form);
    remember();
    for (const here of document.querySelectorAll(".tabs [aria-current], .sections [aria-current]")) {
      const strip = here.parentElement;
      if (here.offsetLeft + here.offsetWidth > strip.offsetLeft + strip.clientWidth) strip.scrollLeft = here.offsetLeft - strip.offsetLeft - 40;
    }
  };
  /* The list as it was filtered last: what leads back to it from within a page leads back to that. */
  const remember = () => {
    try {
      if (location.pathname === "/") { if (find()) sessionStorage.setItem("list", location.search); }
      else for (const back of document.querySelectorAll('main a[href="/"]')) back.href = `/${sessionStorage.getItem("list") ?? ""}`;
    } catch { /* a private window keeps nothing */ }
  };
  const help = () => document.getElementById("keys")?.showModal();

  /* A form with data-auto sends itself when it changes; also one that was loaded later. */
  document.addEventListener("change", (event) => event.target.closest?.("form[data-auto]")?.requestSubmit());

  /* A form with data-part="#id" (several: "#one, #two") and data-wait (ms) answers into these parts as it is filled in.
     What GET asks for stands in the address: typing replaces it, choosing adds a step that Back goes from. */
  const live = (form) => {
    const parts = form.dataset.part.split(",").map((part) => part.trim());
    const wait = Number(form.dataset.wait || 150), isPost = form.method === "post";
    const each = (act) => parts.map((part) => document.querySelector(part)).forEach((part) => part && act(part));
    let timer = 0, asked = 0;
    const fault = Object.assign(document.createElement("p"), { className: "bad", role: "alert",
      textContent: "The desk does not answer: what is shown is as it was. Try again, or load the page anew." });
    if (!isPost) history.replaceState({ part: true }, "");
    const address = () => {
      const said = [...new FormData(form)].filter(([, value]) => value !== "");
      const query = new URLSearchParams(said).toString();
      return form.action.split("?")[0] + (query ? `?${query}` : "");
    };
    const send = async (isStep) => {
      const mine = ++asked, url = isPost ? form.action : address();
      const slow = setTimeout(() => each((part) => part.setAttribute("aria-busy", "true")), 150);
      try {
        const answer = await fetch(url, { method: isPost ? "POST" : "GET", body: isPost ? new URLSearchParams(new FormData(form)) : undefined,
          headers: { "x-fragment": "1" }, redirect: "error" });
        const made = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (mine !== asked) return;
        if (parts.some((part) => !made.querySelector(part))) { if (isPost) location.reload(); else location.href = url; return; }
        for (const part of parts) document.querySelector(part)?.replaceChildren(...made.querySelector(part).childNodes);
        if (!isPost && url !== location.href) history[isStep ? "pushState" : "replaceState"]({ part: true }, "", url);
        remember();
        fault.remove();
      } catch {
        if (mine === asked && !fault.isConnected) document.querySelector(parts.at(-1))?.before(fault);
      } finally {
        clearTimeout(slow);
        if (mine === asked) each((part) => part.removeAttribute("aria-busy"));
      }
    };
    const soon = (ms, isStep) => { clearTimeout(timer); timer = setTimeout(send, ms, isStep); };
    form.addEventListener("input", (event) => { if (!event.target.matches("select")) soon(wait, false); });
    form.addEventListener("change", (event) => { if (event.target.matches("select")) soon(0, true); else if (isPost) soon(0, false); });
    form.addEventListener("submit", (event) => { if (!event.submitter || !event.submitter.name) { event.preventDefault(); soon(0, false); } });
  };
  addEventListener("popstate", (event) => { if (event.state?.part) location.reload(); });

  /* Keys: / finds, arrows walk rows, Enter opens, g and a letter goes to a section, ? lists them. */
  let isGoing = false;
  const rows = () => [...document.querySelectorAll("[data-row] a[href], .list tbody th a[href]")];
  const find = () => document.querySelector("[data-find]");
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at && at.matches("input, select, textarea")) {
      if (event.key === "Escape") at.blur();
      if (at !== find() || step !== 1) return;
    }
    if (isGoing) { isGoing = false; const to = document.querySelector(`.sections a[data-key="${CSS.escape(event.key)}"]`); if (to) { to.click(); event.preventDefault(); } return; }
    if (event.key === "g") { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); return; }
    if (event.key === "?") { help(); event.preventDefault(); return; }
    if (event.key === "/" && find()) { find().focus(); find().select(); event.preventDefault(); return; }
    if (!step) return;
    const all = rows(), here = all.indexOf(at);
    if (!all.length || (here < 0 && step < 0)) return;
    const next = here + step < 0 ? find() : all[Math.min(here + step, all.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); event.preventDefault(); }
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady); else onReady();
})();
