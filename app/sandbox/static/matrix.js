// Shows the match report: every criterion of a trial in the protocol's order, what the chart says of it, and why.

import { answering } from "./answers.js";
import { at, dayText, fill, keepDatesWhole, made } from "./dom.js";
import { outlookOf, prospectOf } from "./outlook.js";

const words = JSON.parse(document.body.dataset.words);
const SIGNS = { true: "✓", false: "✕", unknown: "?" };
const VIEWS = [
  ["all", "All"],
  ["open", "Open"],
  ["bars", "Bars"],
];
let view = "all";

export function drawMatrix(report, act) {
  fill(at("matrix"), report.trials.map((trial) => trialView(trial, act)));
}

function trialView(trial, act) {
  const standing = made("span", { class: `standing ${trial.standing}` }, words.standings[trial.standing] ?? trial.standing);
  const heading = made("div", { class: "trial-head" }, made("h3", {}, trial.title), standing);
  if (trial.criteria.length === 0) {
    return made("section", { class: "trial" }, heading, made("p", { class: "quiet" }, trial.error ?? "Its criteria are not published."));
  }
  const body = made("div", {});
  const marks = { ...marksOf(trial), act: (one, bars) => answering(trial, one, bars, act) };
  const show = () => fill(body, sections(trial, marks));
  show();
  return made("section", { class: "trial" }, heading, armsLine(trial), prospectOf(trial), viewSwitch(trial, marks, show), body);
}

// Which criteria bar and which are the fewest that could decide, trial and arms together.
function marksOf(trial) {
  const arms = trial.arms.filter((arm) => arm.target !== "absent");
  return {
    bars: new Set([...(trial.barriers ?? []), ...arms.flatMap((arm) => arm.barriers ?? [])]),
    open: new Set([...trial.open, ...arms.flatMap((arm) => arm.open ?? [])]),
  };
}

function armsLine(trial) {
  const present = trial.arms.filter((arm) => arm.target !== "absent");
  if (present.length === 0) return made("p", { class: "quiet" }, "No arm's target disease is in this chart.");
  const texts = present.map((arm) => {
    const provisional = arm.target === "provisional" ? " (provisional diagnosis)" : "";
    return `${arm.title}${provisional}: ${words.standings[arm.standing] ?? arm.standing}`;
  });
  return made("p", { class: "quiet" }, `Arm ${texts.join("; ")}`);
}

function viewSwitch(trial, marks, show) {
  const counts = {
    all: trial.criteria.length,
    open: trial.criteria.filter((one) => shownIn("open", one, marks)).length,
    bars: trial.criteria.filter((one) => shownIn("bars", one, marks)).length,
  };
  const choices = VIEWS.map(([name, label]) => {
    const input = made("input", { type: "radio", name: `view-${trial.id}`, value: name, checked: name === view });
    input.addEventListener("change", () => {
      view = name;
      show();
    });
    return made("label", {}, input, made("span", {}, `${label} ${counts[name]}`));
  });
  return made("fieldset", { class: "views" }, made("legend", { class: "unseen" }, "Which criteria to show"), choices);
}

function shownIn(name, criterion, marks) {
  if (name === "bars") return marks.bars.has(criterion.ref);
  return name === "all" || marks.open.has(criterion.ref);
}

// The arm of this patient's disease first, then what holds for all arms, then the other arms, closed.
function sections(trial, marks) {
  const arms = new Map(trial.arms.map((arm) => [arm.id, arm]));
  const concerns = (one) => (one.arm === null ? 1 : arms.get(one.arm)?.target === "absent" ? 2 : 0);
  const shown = trial.criteria.filter((one) => shownIn(view, one, marks)).toSorted((a, b) => concerns(a) - concerns(b));
  if (shown.length === 0) return [made("p", { class: "quiet" }, "None.")];
  return runs(shown, (one) => `${one.arm ?? ""} ${one.kind}`).map((run) => {
    const { arm, kind } = run[0];
    const title = `${arm ? (arms.get(arm)?.title ?? arm) : "All arms"}: ${kind} criteria`;
    const table = tableOf(run, title, marks);
    if (concerns(run[0]) < 2) return made("div", { class: "part" }, made("h4", {}, title), table);
    return made("details", { class: "part" }, made("summary", {}, `${title} (not this patient's disease)`), table);
  });
}

// Neighbours with the same key.
function runs(items, key) {
  const found = [];
  for (const item of items) {
    if (found.length && key(found.at(-1)[0]) === key(item)) found.at(-1).push(item);
    else found.push([item]);
  }
  return found;
}

function tableOf(criteria, title, marks) {
  const head = made("tr", {}, ["Criterion", "Holds", "Why, and on what evidence"].map((text) => made("th", { scope: "col" }, text)));
  const bodies = runs(criteria, (one) => one.group ?? "").map((run) => {
    const written = run.filter((one) => one.why !== "not-written");
    const name = written.length > 1 && run[0].group;
    const heading = name
      ? made("tr", { class: "group" }, made("th", { scope: "rowgroup", colspan: "3" }, name.replaceAll("_", " ")))
      : null;
    const rest = run.filter((one) => one.why === "not-written");
    return made("tbody", {}, heading, written.map((one) => row(one, marks)), rest.length ? notWritten(rest) : null);
  });
  return made("table", { class: "criteria", "aria-label": title }, made("thead", {}, head), bodies);
}

function row(criterion, marks) {
  const bars = marks.bars.has(criterion.ref);
  const tone = toneOf(criterion, bars);
  const badge = made("span", { class: `truth ${tone}` }, made("span", { "aria-hidden": "true" }, SIGNS[criterion.truth]), ` ${criterion.truth}`);
  return made(
    "tr",
    { class: bars ? "bars" : null, "data-ref": criterion.ref },
    made("td", {}, made("span", { class: "statement" }, criterion.statement), " ", made("code", {}, criterion.ref)),
    made("td", {}, badge, bars ? made("span", { class: "chip bar-chip" }, "bars") : null),
    made("td", { class: "why" }, explained(criterion), marks.act(criterion, bars)),
  );
}

// Criteria that this trial's definition does not have yet, in one row.
function notWritten(criteria) {
  const number = criteria.length === 1 ? "1 criterion is" : `${criteria.length} criteria are`;
  const refs = criteria.flatMap((one) => [made("code", {}, one.ref), " "]);
  const badge = made("span", { class: "truth plain" }, "? unknown");
  return made("tr", {}, made("td", {}, `${number} not written here yet `), made("td", {}, badge), made("td", {}, refs));
}

// Green speaks for the patient, red bars, amber is open, grey is neither: an alternative that fails bars nobody.
function toneOf(criterion, bars) {
  if (bars) return "bad";
  if (criterion.truth === "unknown") return "open";
  if (criterion.why === "not-applicable") return "plain";
  return (criterion.truth === "true") === (criterion.kind === "inclusion") ? "good" : "plain";
}

// A series of infusions is one line.
function shownEvidence(series) {
  const { text, reference } = series[0];
  const days = series.map((one) => one.date).filter((day) => day && !text.includes(day)).sort();
  const last = days.length > 1 && days[0] !== days.at(-1) ? ` to ${dayText(days.at(-1))}` : "";
  const times = series.length > 1 ? `${series.length} times, ` : "";
  const when = days.length ? made("span", { class: "when" }, `${times}${dayText(days[0])}${last}`) : null;
  const line = made("p", { class: "evidence", title: reference }, text, " ", when);
  return keepDatesWhole(line);
}

function explained(criterion) {
  const evidence = runs(criterion.evidence, (one) => one.text).map(shownEvidence);
  const remarks = [
    ...outlookOf(criterion),
    criterion.note,
    criterion.policy && `Site policy: ${criterion.policy}`,
    criterion.modifiable && `Can be lifted: ${criterion.modifiable}`,
    criterion.sourceSuspect && `Followed as printed, although: ${criterion.sourceSuspect}`,
  ];
  const why = criterion.why ? made("p", { class: "reason" }, words.reasons[criterion.why] ?? criterion.why) : null;
  return [why, ...evidence, ...remarks.filter(Boolean).map((text) => made("p", { class: "remark" }, text))];
}
