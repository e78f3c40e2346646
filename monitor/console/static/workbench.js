// While one types, the draft is checked and the text tried again. The page works without this: its buttons do the same.
"use strict";
(function () {
  const form = document.getElementById("bench");
  if (!form || !window.fetch || !window.DOMParser) return;
  const draft = form.elements.namedItem("content");
  const editor = draft.closest(".editor"), layer = () => document.getElementById("coloured");
  const unanswered = document.getElementById("unanswered"), wait = 600;
  let timer = 0, asking = false, again = false, leaving = false;

  async function ask() {
    if (asking) { again = true; return; }
    asking = true;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("part", "1");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "error" });
      unanswered.hidden = answer.ok;
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of ["checked", "tried"]) {
          const now = document.getElementById(id), next = page.getElementById(id);
          if (!now || !next) continue;
          const open = Array.from(now.querySelectorAll("details"), (one) => one.open);
          next.querySelectorAll("details").forEach((one, at) => { one.open = Boolean(open[at]); });
          now.replaceWith(next);
        }
        const next = page.getElementById("coloured");
        // What was typed meanwhile is not in it: the answer to that follows.
        if (next && next.textContent === draft.value) { layer().replaceWith(next); colour(); }
      }
    } catch (_) {
      // The next change, or the button, asks again.
      unanswered.hidden = false;
    } finally {
      asking = false;
      form.removeAttribute("aria-busy");
      if (again) { again = false; ask(); }
    }
  }

  // The layer with the colours is shown as long as it has the very text of the box; else the box shows its own.
  function colour() {
    editor.classList.toggle("on", layer().textContent === draft.value);
    follow();
  }

  function follow() {
    layer().scrollTop = draft.scrollTop;
    layer().scrollLeft = draft.scrollLeft;
  }

  // The piece of text, and the place in it, where the layer has its character of this number.
  function place(number) {
    const texts = document.createTreeWalker(layer(), NodeFilter.SHOW_TEXT);
    let left = number, last = null;
    while (texts.nextNode()) {
      last = texts.currentNode;
      if (left <= last.length) return [last, left];
      left -= last.length;
    }
    return [last, last ? last.length : 0];
  }

  // What was typed goes into the layer at once; its right colours come with the checker's answer.
  function type() {
    if (!editor.classList.contains("on")) return;
    const before = layer().textContent, after = draft.value, shorter = Math.min(before.length, after.length);
    let start = 0, end = 0;
    while (start < shorter && before[start] === after[start]) start += 1;
    while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
    const gone = before.slice(start, before.length - end), come = after.slice(start, after.length - end);
    const [first, from] = place(start), [last, to] = place(before.length - end);
    const code = layer().firstElementChild;
    if (!first) { code.textContent = after; colour(); return; }
    const range = document.createRange();
    range.setStart(first, from);
    range.setEnd(last, to);
    range.deleteContents();
    if (!(gone + come).includes("\n")) first.insertData(from, come);
    else {
      // Whole lines have no colour yet, whatever they come behind; a message stays with the line that it was behind.
      range.setStart(first, from);
      range.setEnd(code, code.childNodes.length);
      const rest = range.extractContents(), head = rest.firstElementChild;
      if (head && head.matches(".line")) head.replaceWith(...head.childNodes);
      code.append(come, rest);
    }
    colour();
  }

  colour();
  draft.addEventListener("input", type);
  draft.addEventListener("scroll", follow);
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
