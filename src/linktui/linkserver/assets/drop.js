// Sends dropped or chosen files one after the other by tus, each with its progress.
// Without this script the form sends them itself. https://tus.io/protocols/resumable-upload
"use strict";

const PIECE = 8 * 1024 * 1024;
const TRIES = 6;
const form = document.getElementById("send");
const drop = document.getElementById("drop");
const input = document.getElementById("files");
const list = document.getElementById("progress");
const endpoint = form.dataset.tus;
const said = JSON.parse(form.dataset.words);
const plural = new Intl.PluralRules(document.documentElement.lang);
let queue = Promise.resolve();

document.documentElement.classList.add("script");
document.getElementById("hint").textContent = said.or_drop;

input.addEventListener("change", () => { add(input.files); input.value = ""; });
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add(event.dataTransfer.files);
});

function add(files) {
  for (const file of files) {
    const row = makeRow(file);
    queue = queue.then(() => send(file, row)).then(() => row.done(), (error) => row.failed(error.message));
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function makeRow(file) {
  const item = element("li");
  const row = element("div", "row");
  const what = element("div", "what");
  const state = element("span", "quiet", said.waiting);
  const bar = element("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  state.setAttribute("aria-hidden", "true"); // the bar says how far it is; only what becomes of it is read out
  what.append(element("span", "name", file.name), element("span", "quiet", words(file.size)));
  row.append(what, state);
  item.append(row, bar);
  list.append(item);
  return {
    at(sent) {
      bar.value = file.size ? sent / file.size : 1;
      state.textContent = Math.floor(bar.value * 100) + " %";
    },
    done() {
      bar.remove();
      state.removeAttribute("aria-hidden");
      state.className = "done";
      state.textContent = said.received;
    },
    failed(message) {
      bar.remove();
      state.removeAttribute("aria-hidden");
      state.textContent = said.not_sent;
      item.append(element("p", "failed", message));
    },
  };
}

function words(size) {
  if (size < 1024) return (said.bytes[plural.select(size)] || said.bytes.other).replace("{n}", size);
  let unit = -1;
  while (size >= 1023.5 && unit < said.units.length - 1) { size /= 1024; unit += 1; }
  return size.toFixed(size < 99.95 ? 1 : 0).replace(".", said.decimal) + " " + said.units[unit];
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function send(file, row) {
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": "filename " + base64(file.name) };
  const created = await persist(() => call("POST", endpoint, headers));
  const place = created.headers.get("Location");
  let offset = Number(created.headers.get("Upload-Offset") || 0);
  row.at(offset);
  while (offset < file.size) {
    offset = await persist(async (again) => {
      const from = again ? Number((await call("HEAD", place, {})).headers.get("Upload-Offset")) : offset;
      return from < file.size ? patch(place, file, from, row) : from;
    });
    row.at(offset);
  }
}

// A request that could not be made, or met a passing fault, is made again after a growing wait.
async function persist(act) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act(attempt > 0);
    } catch (error) {
      if (error.final || attempt + 1 >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt));
    }
  }
}

// XMLHttpRequest, since fetch tells nothing of the bytes on their way.
function patch(place, file, offset, row) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", place);
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.upload.onprogress = (event) => row.at(offset + event.loaded);
    request.onload = () => {
      if (request.status === 204) resolve(Number(request.getResponseHeader("Upload-Offset")));
      else reject(problem(request.status));
    };
    request.onerror = () => reject(problem(0));
    request.send(file.slice(offset, offset + PIECE));
  });
}

async function call(method, url, headers) {
  let answer;
  try {
    answer = await fetch(url, { method, headers: { "Tus-Resumable": "1.0.0", ...headers } });
  } catch {
    throw problem(0);
  }
  if (!answer.ok) throw problem(answer.status);
  return answer;
}

function problem(status) {
  const problems = said.problems;
  const sentences = {
    0: problems.broken,
    401: problems.locked,
    404: problems.forgotten,
    410: problems.gone,
    413: problems.too_large,
    507: problems.no_room,
  };
  const error = new Error(sentences[status] || problems.other.replace("{status}", status));
  error.final = [401, 403, 404, 410, 413, 507].includes(status);
  return error;
}
