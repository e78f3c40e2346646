// While one types, the draft is checked and the text tried again. The page works without this: its buttons do the same.
"use strict";
(function () {
  const form = document.getElementById("bench");
  if (!form || !window.fetch || !window.DOMParser) return;
  const draft = form.elements.namedItem("content");
  const wait = 600;
  let timer = 0, asking = false, again = false, leaving = false;

  async function ask() {
    if (asking) { again = true; return; }
    asking = true;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("part", "1");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "error" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of ["checked", "tried"]) {
          const now = document.getElementById(id), next = page.getElementById(id);
          if (!now || !next) continue;
          const open = Array.from(now.querySelectorAll("details"), (one) => one.open);
          next.querySelectorAll("details").forEach((one, at) => { one.open = Boolean(open[at]); });
          now.replaceWith(next);
        }
      }
    } catch (_) {
      // The next change, or the button, asks again.
    } finally {
      asking = false;
      form.removeAttribute("aria-busy");
      if (again) { again = false; ask(); }
    }
  }

  form.addEventListener("input", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, wait);
  });
  form.addEventListener("submit", function (event) {
    const what = event.submitter ? event.submitter.value : "";
    leaving = !["download", "diff", "backtest"].includes(what);
  });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && draft.value !== draft.defaultValue) event.preventDefault();
  });
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a.line");
    if (!link) return;
    event.preventDefault();
    const lines = draft.value.split("\n"), at = Number(link.dataset.line) - 1;
    const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
    draft.focus();
    draft.setSelectionRange(start, start + (lines[at] || "").length);
    draft.scrollTop = Math.max(0, (at - 5) * parseFloat(getComputedStyle(draft).lineHeight));
  });
})();
