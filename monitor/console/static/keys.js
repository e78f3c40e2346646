// The keys: "/" to the search, j and k up and down a list, o opens. Every page works without them.
"use strict";
(function () {
  const links = () => Array.from(document.querySelectorAll("a.open"));
  function step(by) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Where the search was chosen already, a second "/" is no word to look for.
    if (event.key === "/" && document.activeElement.matches("input[type=search]") && !document.activeElement.value) {
      event.preventDefault();
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "o" && document.activeElement.matches("a.open")) document.activeElement.click();
    else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (!search) { window.location.assign("/items"); return; }
      event.preventDefault();
      search.focus();
      search.select();
    }
  });
})();
