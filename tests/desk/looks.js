// What must not be found on a page, as sentences.
() => {
  const said = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const brief = (one) => one.outerHTML.slice(0, 200);

  const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1]));
  if (levels[0] !== 1 || levels.filter((one) => one === 1).length !== 1) said.push(`headings begin with one h1: ${levels}`);
  if (levels.some((one, at) => at && one > levels[at - 1] + 1)) said.push(`a heading leaves a level out: ${levels}`);

  const tells = (one) => [...one.querySelectorAll("table, p, li, dd, th, td")].some((part) => part.textContent.trim());
  for (const svg of all("svg[role=img]")) {
    const beside = svg.closest("figure, section, .card, tr, article, details");
    if (!svg.getAttribute("aria-label") && !svg.getAttribute("aria-labelledby") && !svg.querySelector("title"))
      said.push(`a picture has no name: ${brief(svg)}`);
    if (!beside || !tells(beside)) said.push(`a picture has no table or text: ${brief(svg)}`);
  }
  for (const svg of all("svg:not([role=img]):not([aria-hidden=true])"))
    if (!svg.closest("[aria-hidden=true]")) said.push(`a picture is neither named nor hidden: ${brief(svg)}`);

  for (const one of all("[style], style, script:not([src]), [onclick], [onload], [onerror]")) said.push(`inline: ${brief(one)}`);
  for (const form of all("form")) {
    const sends = [...form.elements].some((one) => one.matches("button:not([type=button]), input[type=submit]"));
    const without = [...form.querySelectorAll("noscript")].some((one) => one.textContent.includes("<button"));
    if (!sends && !without) said.push(`a form cannot be sent without script: ${form.getAttribute("action")}`);
  }
  const ids = all("[id]").map((one) => one.id);
  said.push(...ids.filter((one, at) => ids.indexOf(one) !== at).map((one) => `twice the same id: ${one}`));
  return said;
}
