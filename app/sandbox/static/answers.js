// What a person can say of a criterion beside what the chart says: yes or no, and take it back.

import { made } from "./dom.js";

export const BY = "Dr Sandbox";
const KEPT = "answers/";
const keeps = document.body.dataset.answers === "kept";

// `act` has `say(trialId, ref, answer)` and `takeBack(id)`; both redraw what changed.
export function answering(trial, criterion, bars, act) {
  if (!keeps) return null;
  const kept = criterion.evidence.find((one) => one.reference.startsWith(KEPT));
  const open = criterion.truth === "unknown" || (criterion.why === "not-in-chart" && bars);
  const asked = Boolean(criterion.question) && open;
  if (!asked && !kept) return null;
  const withdraw = kept && button("Withdraw", `Withdraw the answer to ${criterion.ref}`, () => act.takeBack(kept.reference.slice(KEPT.length), criterion.ref));
  const choices = ["yes", "no"].map((answer) => {
    const name = answer === "yes" ? "Yes" : "No";
    return button(name, `${name}: ${criterion.question}`, () => act.say(trial.id, criterion.ref, answer));
  });
  return made("div", { class: "answering" }, asked ? [made("p", { class: "question" }, criterion.question), ...choices] : null, withdraw);
}

function button(text, label, pressed) {
  const element = made("button", { type: "button", "aria-label": label }, text);
  element.addEventListener("click", () => {
    for (const other of element.parentElement.querySelectorAll("button")) other.disabled = true;
    pressed();
  });
  return element;
}
