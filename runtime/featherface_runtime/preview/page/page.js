"use strict";

const STATE_MS = 1000;
const RETRY_MS = 1000;
const SEND_MS = 100;
const MARKS = ["#e63c3c", "#3c78e6", "#f0c828", "#e63ce6", "#3cdcdc"];

const byId = (name) => document.getElementById(name);
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const viewer = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
const token = readToken();
const canvas = byId("picture");
let source = null;
let wanted = null; // the least score that the server was not told yet

// The token stands behind the #, which no browser sends on its own, and no server writes down.
function readToken() {
  const asked = new URLSearchParams(location.search).get("token");
  if (asked) history.replaceState(null, "", `${location.pathname}#${new URLSearchParams({ token: asked })}`);
  return new URLSearchParams(location.hash.slice(1)).get("token") || "";
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer;
}

// What is wrong with the picture, and with the stream: shown together.
const problems = { picture: "connecting ...", stream: "" };
function notice(part, text) {
  problems[part] = text;
  const all = [...new Set(Object.values(problems))].filter(Boolean).join("; ");
  if (byId("notice").textContent !== all) byId("notice").textContent = all;
}

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

async function watch() {
  let after = 0n;
  let shown = null;
  let drawing = Promise.resolve();
  for (;;) {
    await visible();
    if (source === null) { await rest(SEND_MS); continue; }
    if (source !== shown) { shown = source; after = 0n; }
    try {
      const answer = await ask(`frame?${new URLSearchParams({ source: shown, after, viewer })}`);
      const data = await answer.arrayBuffer();
      if (answer.status !== 200) continue;
      after = new DataView(data).getBigUint64(0);
      await drawing; // the next one is asked for while this one is drawn
      drawing = show(data, shown).catch((error) => notice("picture", String(error.message)));
    } catch (error) {
      notice("picture", error.message);
      await rest(RETRY_MS);
    }
  }
}

async function show(data, shown) {
  const length = new DataView(data).getUint32(8);
  const found = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 12, length)));
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(data, 12 + length)], { type: "image/jpeg" }));
  if (shown === source) draw(bitmap, found);
  notice("picture", "");
  bitmap.close();
}

function draw(bitmap, found) {
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  const pen = canvas.getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  const faces = found.tracks.length ? found.tracks : found.faces;
  if (byId("boxes").checked) faces.forEach((face) => outline(pen, face, bitmap.width / found.width, bitmap.height / found.height));
  byId("faces").textContent = faces.length;
  canvas.dataset.frame = found.frame;
}

function outline(pen, face, across, down) {
  const line = 2 * Math.max(1, canvas.width / canvas.clientWidth); // two pixels of the screen
  const [left, top, right, bottom] = face.box.map((value, index) => value * (index % 2 ? down : across));
  pen.lineWidth = line;
  pen.strokeStyle = pen.fillStyle = "#40dc40";
  pen.strokeRect(left, top, right - left, bottom - top);
  label(pen, face.id === undefined ? face.score.toFixed(2) : `#${face.id}`, left, top, line);
  face.landmarks.forEach(([x, y], index) => {
    pen.fillStyle = MARKS[index % MARKS.length];
    pen.beginPath();
    pen.arc(x * across, y * down, line, 0, 2 * Math.PI);
    pen.fill();
  });
}

function label(pen, text, left, top, line) {
  const height = 7 * line;
  const foot = Math.max(top, height);
  pen.font = `${height - line}px system-ui, sans-serif`;
  pen.fillRect(left, foot - height, pen.measureText(text).width + 2 * line, height);
  pen.fillStyle = "#000";
  pen.fillText(text, left + line, foot - 1.5 * line);
}

async function report() {
  for (;;) {
    await visible();
    try {
      tell(await (await ask("state")).json());
    } catch (error) {
      notice("stream", error.message);
    }
    await rest(STATE_MS);
  }
}

const milliseconds = (seconds) => `${Math.round(seconds * 1000)} ms`;

function tell(state) {
  choose(state.sources.map((each) => each.name));
  const mine = state.sources.find((each) => each.name === source);
  byId("fps").textContent = `${mine.fps.toFixed(1)} /s`;
  byId("age").textContent = mine.ages ? `${milliseconds(mine.ages.p50)}, ${milliseconds(mine.ages.p99)}` : "-";
  byId("dropped").textContent = `${mine.dropped + mine.missed} of ${mine.captured + mine.missed}`;
  byId("inference").textContent = state.inference_ms === null ? "-" : `${state.inference_ms.toFixed(1)} ms`;
  byId("temperature").textContent = state.temperature_c === null ? "unknown" : `${state.temperature_c.toFixed(0)} °C`;
  byId("throttled").textContent = state.throttled === null ? "unknown" : state.throttled ? "yes" : "no";
  byId("throttled").classList.toggle("bad", state.throttled === true);
  byId("policy").textContent = state.policy || "-";
  byId("state").textContent = mine.state;
  byId("state").classList.toggle("bad", mine.state !== "live");
  byId("model").textContent = `${state.model}, ${state.viewers} watching`;
  if (wanted === null) showScore(state.score);
  notice("stream", state.reasons.join("; "));
}

function choose(names) {
  const list = byId("source");
  if (JSON.stringify(names) !== JSON.stringify([...list.options].map((each) => each.value))) {
    list.replaceChildren(...names.map((name) => new Option(name, name)));
    if (names.includes(source)) list.value = source;
  }
  byId("choice").hidden = names.length < 2;
  source = list.value;
}

function showScore(score) {
  byId("score").value = score;
  byId("score-value").textContent = Number(score).toFixed(2);
}

async function sendScores() {
  for (;;) {
    await rest(SEND_MS);
    if (wanted === null) continue;
    const score = wanted;
    try {
      await ask("score", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ score: Number(score) }),
      });
      if (wanted === score) wanted = null;
    } catch (error) {
      notice("stream", error.message);
      await rest(RETRY_MS);
    }
  }
}

byId("score").addEventListener("input", (event) => { wanted = event.target.value; showScore(wanted); });
byId("source").addEventListener("change", (event) => { source = event.target.value; });
byId("controls").addEventListener("submit", (event) => event.preventDefault());
watch();
report();
sendScores();
