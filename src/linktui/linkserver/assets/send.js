// Says of a chosen file what it is, and refuses one that is too large before it is sent.
// Without this script the form sends it all the same.
"use strict";

const form = document.getElementById("send");
const input = document.getElementById("file");
const wrong = document.getElementById("wrong");
const button = document.getElementById("go");
const said = JSON.parse(form.dataset.words);

document.documentElement.classList.add("script");

input.addEventListener("change", () => {
  const file = input.files[0];
  if (!file) return;
  const fits = file.size <= Number(input.dataset.largest);
  wrong.hidden = fits;
  wrong.textContent = fits ? "" : said.problems.too_large;
  button.disabled = !fits;
  document.getElementById("hint").textContent = file.name;
  form.elements["Content-Type"].value = file.type || "application/octet-stream";
});
form.addEventListener("submit", () => { button.disabled = true; button.textContent = said.sending; });
window.addEventListener("pageshow", () => { button.disabled = false; button.textContent = said.send; });
