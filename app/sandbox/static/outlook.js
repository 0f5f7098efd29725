// Words what may become of a verdict: the day on which it clears or expires, how far it is, and what would change it.

import { dayText, made } from "./dom.js";

const IF = { "go-on": " if the treatment goes on", "end-today": " if the treatment ends today" };
const BY = { protocol: "by the protocol", policy: "by the site's policy" };
const MOST = 3;

export function outlookOf(criterion) {
  return [
    criterion.distance?.text,
    criterion.clears && `Clears on ${dayText(criterion.clears)}${IF[criterion.clearsIf] ?? ""}`,
    criterion.expires && `Decided until it expires on ${dayText(criterion.expires)} ${BY[criterion.expiresBy] ?? ""}`,
    criterion.fixed ? "Neither time nor a new fact changes it" : changeText(criterion),
  ];
}

// What is not said by a day of its own, or by the question that stands below.
function changeText(criterion) {
  const facts = (criterion.change ?? []).filter((one) => !["time", "stop", "answer"].includes(one.kind));
  if (facts.length === 0) return null;
  const texts = facts.slice(0, MOST).map((one) => one.text);
  if (facts.length > MOST) texts.push(`${facts.length - MOST} more`);
  return `Would change it: ${texts.join(criterion.changeTogether ? ", and " : ", or ")}`;
}

export function prospectOf(trial) {
  const lines = [];
  const { whyNot } = trial;
  if (whyNot) {
    const parts = [`${whyNot.fails.length} ${whyNot.fails.length === 1 ? "criterion bars" : "criteria bar"}, ${whyNot.first} first`];
    if (whyNot.byTime.length) parts.push(`time clears ${whyNot.byTime.join(", ")}`);
    if (whyNot.fixed.length) parts.push(`nothing changes ${whyNot.fixed.join(", ")}`);
    lines.push(`Why not: ${parts.join("; ")}.`);
  }
  if (trial.earliest && trial.standing !== "candidate") lines.push(`Could be met by itself from ${dayText(trial.earliest)}.`);
  else if (whyNot && trial.possibleFrom) lines.push(`Could be met from ${dayText(trial.possibleFrom)}, if what is open is answered in its favour.`);
  return lines.length ? made("p", { class: "quiet prospect" }, lines.join(" ")) : null;
}
