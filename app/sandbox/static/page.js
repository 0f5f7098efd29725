// Opens charts: the address's fragment says which, so that a chart can be linked to and nothing reaches a server's log.

import { BY } from "./answers.js";
import { cardBodies, drawCards } from "./cards.js";
import { drawChart } from "./chart.js";
import { at, fill, made } from "./dom.js";
import { drawMatrix } from "./matrix.js";
import { fire, hookRequest, match, recordAnswer, resource, resources, withdrawAnswer } from "./wire.js";

const TYPES = [
  "Condition", "MedicationRequest", "MedicationStatement", "MedicationAdministration", "Observation", "Immunization", "Procedure",
];
let openedId = null;
let charts = 0;
let calls = 0;

const entryOf = (id) => [...document.querySelectorAll("[data-patient]")].find((link) => link.dataset.patient === id);

async function open(id) {
  const link = entryOf(id);
  if (!link) return; // some other fragment, such as the skip link's
  const turn = ++charts;
  const current = () => turn === charts;
  openedId = id;
  for (const other of document.querySelectorAll("[data-patient]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "page");
  link.scrollIntoView({ block: "nearest", inline: "nearest" }); // the list may be longer than the screen
  document.title = `${link.querySelector(".name").textContent} · Trialhook sandbox`;
  at("status").textContent = "Opening the chart …";
  await Promise.all([showChart(id, link.dataset.story, current), showCards(id), showMatrix(id, current)]);
}

async function showChart(id, story, current) {
  const [patient, ...found] = await Promise.all([resource("Patient", id), ...TYPES.map((type) => resources(type, id))]);
  const charted = Object.fromEntries(TYPES.map((type, place) => [type, found[place]]));
  const behind = new Set(found.flat().map((one) => one.medicationReference?.reference).filter(Boolean));
  charted.Medication = await Promise.all([...behind].map((reference) => resource(...reference.split("/"))));
  if (current()) drawChart(patient, story, charted);
}

// The real hook, over HTTP. An answer that was overtaken by a later call is dropped.
async function showCards(id) {
  const turn = ++calls;
  at("fire").disabled = true;
  const request = await hookRequest(id, at("prefetch").checked);
  const answer = await fire(request);
  const bodies = await cardBodies(answer);
  if (turn !== calls) return;
  drawCards(answer, bodies);
  const number = answer.body?.cards?.length ?? 0;
  const cards = number === 1 ? "1 card" : `${number} cards`;
  const how = request.prefetch ? "chart sent along" : "chart read from the FHIR server";
  at("status").textContent = `patient-view answered ${answer.status} in ${answer.elapsed} ms: ${cards}, ${how}.`;
  showJson("request", request);
  showJson("answer", answer.body);
  at("fire").disabled = false;
}

function showJson(name, value) {
  const size = new Blob([JSON.stringify(value)]).size;
  at(name).textContent = JSON.stringify(value, null, 2);
  at(`${name}-size`).textContent = `${(size / 1024).toFixed(1)} kB`;
}

async function showMatrix(id, current) {
  const report = await match(id);
  if (current()) drawMatrix(report, { say, takeBack });
}

const say = (trial, ref, answer) => changed(ref, (id) => recordAnswer(id, trial, BY, ref, answer));
const takeBack = (answer, ref) => changed(ref, () => withdrawAnswer(answer, BY));

// The next evaluation counts what was said: the card and the criteria are asked for anew, and the keyboard stays there.
async function changed(ref, change) {
  const [id, turn] = [openedId, charts];
  try {
    await change(id);
    await Promise.all([showCards(id), showMatrix(id, () => turn === charts)]);
    document.querySelector(`[data-ref="${CSS.escape(ref)}"] button`)?.focus();
  } catch (error) {
    fail(error);
  }
}

function fail(error) {
  at("status").textContent = "Something failed on the way.";
  fill(at("cards"), made("p", { class: "quiet refused" }, error.message));
  at("fire").disabled = false;
}

const openAddressed = () => open(decodeURIComponent(location.hash.slice(1))).catch(fail);
const again = () => openedId && showCards(openedId).catch(fail);

window.addEventListener("hashchange", openAddressed);
at("fire").addEventListener("click", again);
at("prefetch").addEventListener("change", again);
if (entryOf(decodeURIComponent(location.hash.slice(1)))) openAddressed();
else location.replace(`#${document.querySelector("[data-patient]").dataset.patient}`);
