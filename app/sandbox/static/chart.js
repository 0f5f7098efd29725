// Draws the chart of one patient from FHIR resources: banner, problems, drugs, results, vaccinations and procedures.

import { at, completedYears, dayText, fill, made } from "./dom.js";

export function drawChart(patient, story, charted) {
  drawBanner(patient, story);
  fill(at("problems"), listed(charted.Condition.map(problem)));
  const medications = new Map(charted.Medication.map((kept) => [`Medication/${kept.id}`, kept]));
  const drugs = [...charted.MedicationRequest, ...charted.MedicationStatement, ...grouped(charted.MedicationAdministration)];
  fill(at("drugs"), listed(drugs.map((drug) => course(drug, medications))));
  drawResults(charted.Observation);
  const others = [...charted.Immunization.map(vaccination), ...charted.Procedure.map(procedure)];
  fill(at("other"), others);
  at("others").hidden = others.length === 0;
  at("sections").hidden = false;
}

const listed = (items) => (items.length ? items : [made("li", { class: "none" }, "Nothing charted")]);

function drawBanner(patient, story) {
  const name = patient.name[0];
  const years = completedYears(patient.birthDate);
  const facts = [patient.gender, years === null ? null : `${years} years`, `born ${dayText(patient.birthDate)}`];
  if (patient.deceasedDateTime) facts.push(`deceased ${dayText(patient.deceasedDateTime)}`);
  fill(
    at("banner"),
    made("h1", {}, `${name.family}, ${name.given[0]}`),
    made("p", { class: "facts" }, [...facts, patient.id].filter(Boolean).join(" · ")),
    made("p", { class: "story" }, story),
  );
}

const named = (concept) => concept?.text ?? concept?.coding?.[0]?.display ?? concept?.coding?.[0]?.code ?? "unnamed";

const codes = (concept) => (concept?.coding ?? []).map((coding) => `${coding.code} ${coding.display ?? ""}`).join("\n");

const coded = (concept) => concept?.coding?.[0]?.code;

function entry(text, title, details, marks = []) {
  const pieces = details.filter(Boolean).flatMap((piece, place) => [place ? " · " : null, made("span", { class: "piece" }, piece)]);
  const chips = marks.filter(Boolean).map((mark) => made("span", { class: "chip" }, mark));
  return made("li", {}, made("span", { class: "what", title: title || null }, text), ...chips, " ", made("span", { class: "when" }, pieces));
}

function problem(condition) {
  const clinical = coded(condition.clinicalStatus);
  const verification = coded(condition.verificationStatus);
  const when = condition.onsetDateTime ? `since ${dayText(condition.onsetDateTime)}` : `noted ${dayText(condition.recordedDate)}`;
  const ended = condition.abatementDateTime ? `${dayText(condition.onsetDateTime)} to ${dayText(condition.abatementDateTime)}` : when;
  const marks = [clinical === "active" ? null : clinical, verification === "confirmed" ? null : verification];
  return entry(named(condition.code), codes(condition.code), [ended], marks);
}

// A series of administrations of one drug is one line.
function grouped(administrations) {
  const series = new Map();
  for (const one of administrations) {
    const key = one.medicationReference?.reference ?? named(one.medicationCodeableConcept);
    series.set(key, [...(series.get(key) ?? []), one]);
  }
  return [...series.values()].map((all) => {
    const days = all.map((one) => one.effectiveDateTime).sort();
    return { ...all[0], given: all.length, effectivePeriod: { start: days[0], end: days.at(-1) } };
  });
}

function course(drug, medications) {
  const behind = medications.get(drug.medicationReference?.reference);
  const concept = drug.medicationCodeableConcept ?? behind?.code;
  const dosage = drug.dosageInstruction?.[0] ?? drug.dosage?.[0] ?? drug.dosage;
  const period = drug.effectivePeriod ?? { start: drug.authoredOn, end: drug.dispenseRequest?.validityPeriod?.end };
  const from = dayText(period.start);
  const when = period.end ? `${from} to ${dayText(period.end)}` : `since ${from}`;
  const times = drug.given > 1 ? `${drug.given} times` : null;
  const status = drug.status === "active" || drug.given ? null : drug.status;
  return entry(named(concept), codes(concept), [dosage?.text, times, when], [status]);
}

const vaccination = (shot) => entry(named(shot.vaccineCode), codes(shot.vaccineCode), [dayText(shot.occurrenceDateTime)]);

const procedure = (done) => entry(named(done.code), codes(done.code), [dayText(done.performedDateTime)]);

// Function and scores first, then the laboratory, then what is measured at every visit; the newest of each first.
const RANK = { laboratory: 1, imaging: 2, "vital-signs": 3 };
const rank = (one) => RANK[coded(one.category?.[0])] ?? 0;
const newer = (a, b) => (b.effectiveDateTime ?? "").localeCompare(a.effectiveDateTime ?? "");

function drawResults(observations) {
  const tests = new Map();
  const newestFirst = observations.toSorted((a, b) => rank(a) - rank(b) || newer(a, b));
  for (const one of newestFirst) tests.set(named(one.code), [...(tests.get(named(one.code)) ?? []), one]);
  const titles = ["Test", "Latest", "Normal range", "Date", "Earlier"];
  const head = made("thead", {}, made("tr", {}, titles.map((title) => made("th", { scope: "col" }, title))));
  fill(at("results"), head, made("tbody", {}, [...tests.entries()].map(([name, all]) => resultRow(name, all))));
}

function resultRow(name, [latest, ...earlier]) {
  const flag = coded(latest.interpretation?.[0]);
  const marks = [
    flag ? made("span", { class: "flag" }, flag) : null,
    latest.status === "final" ? null : made("span", { class: "chip" }, latest.status),
  ];
  const before = earlier.map((one) => {
    const status = one.status === "final" ? "" : ` ${one.status}`;
    return made("span", { title: `${dayText(one.effectiveDateTime)}${status}` }, `${valueText(one, true)}${status} (${dayText(one.effectiveDateTime)})`);
  });
  return made(
    "tr",
    {},
    made("th", { scope: "row", title: codes(latest.code) || "by name alone" }, name),
    made("td", { class: "value" }, valueText(latest), " ", ...marks),
    made("td", {}, rangeText(latest.referenceRange?.[0])),
    made("td", {}, dayText(latest.effectiveDateTime)),
    made("td", { class: "earlier" }, before.flatMap((one, place) => (place ? ["; ", one] : [one]))),
  );
}

function quantityText(quantity, bare = false) {
  const unit = bare || !quantity.unit ? "" : ` ${quantity.unit}`;
  return `${quantity.comparator ?? ""}${quantity.value}${unit}`;
}

function valueText(one, bare = false) {
  if (one.valueQuantity) return quantityText(one.valueQuantity, bare);
  if (one.valueCodeableConcept) return named(one.valueCodeableConcept);
  if (one.valueRatio) return `${one.valueRatio.numerator.value}:${one.valueRatio.denominator.value}`;
  if (one.component) return `${one.component.map((part) => valueText(part, true)).join("/")}${bare ? "" : " mmHg"}`;
  return one.valueString ?? "";
}

function rangeText(range) {
  if (!range) return "";
  const low = range.low?.value;
  const high = range.high?.value;
  const limits = low === undefined ? `up to ${high}` : high === undefined ? `from ${low}` : `${low}–${high}`;
  const meaning = coded(range.type);
  return `${range.text ?? limits}${meaning ? ` (${meaning})` : ""}`;
}
