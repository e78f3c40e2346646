// A list of feeds chosen or dropped as a file goes into the box, as if it were pasted. The page works without this.
"use strict";
(function () {
  const box = document.getElementById("opml"), chosen = document.getElementById("opml-file");
  const said = document.getElementById("opml-said");
  if (!box || !chosen || !said) return;
  chosen.closest("[hidden]").hidden = false;

  // The text of a file in the letters that it names itself: by a mark at its beginning, or in its first line.
  function textOf(bytes) {
    const start = new Uint8Array(bytes.slice(0, 200));
    let letters = "utf-8";
    if (start[0] === 0xff && start[1] === 0xfe) letters = "utf-16le";
    else if (start[0] === 0xfe && start[1] === 0xff) letters = "utf-16be";
    else {
      const named = /^[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(new TextDecoder("latin1").decode(start));
      if (named) letters = named[1];
    }
    try {
      return new TextDecoder(letters).decode(bytes);
    } catch {
      return new TextDecoder().decode(bytes);
    }
  }

  // The file that was chosen or dropped last. One before it may be read later, and goes nowhere.
  let last = null;

  async function take(file) {
    if (!file) return;
    last = file;
    const most = Number(box.dataset.largest);
    if (file.size > most) {
      said.textContent = `${file.name} is larger than ${most / 1024} KB, which is more than can be shown here. ` +
        "Use the command feeds import.";
      return;
    }
    let bytes = null;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      // A folder can be dropped too, and a file can be gone.
    }
    if (file !== last) return;
    if (bytes) box.value = textOf(bytes);
    said.textContent = bytes ? `${file.name} is in the box below.` : `${file.name} cannot be read. Choose a file.`;
  }

  chosen.addEventListener("change", () => take(chosen.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, function (event) {
      if (!Array.from(event.dataTransfer.types).includes("Files")) return;
      event.preventDefault();
      box.classList.add("over");
    });
  }
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", function (event) {
    box.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
})();
