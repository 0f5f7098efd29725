// Shows an answer of the hook as the panel of an EHR would.

import { at, fill, keepDatesWhole, made, webLink } from "./dom.js";
import { rendered } from "./wire.js";

// The cards' Markdown as HTML that the server has rendered and sanitised.
export const cardBodies = (answer) => rendered((answer.body?.cards ?? []).map((card) => card.detail ?? ""));

export function drawCards(answer, bodies) {
  const cards = answer.body?.cards ?? [];
  if (answer.status !== 200) {
    const said = answer.body?.issue?.[0]?.details?.text ?? "The service gave no answer that can be shown.";
    fill(at("cards"), made("p", { class: "quiet refused" }, `${answer.status}: ${said}`));
  } else if (cards.length === 0) {
    fill(at("cards"), made("p", { class: "quiet" }, "No card: nothing to say about this chart."));
  } else {
    fill(at("cards"), cards.map((card, place) => drawn(card, bodies[place])));
  }
}

function drawn(card, body) {
  const detail = made("div", { class: "detail" });
  detail.innerHTML = body; // the only HTML on this page that comes from data, see cardBodies
  keepDatesWhole(detail);
  const links = (card.links ?? []).map((link) => made("li", {}, webLink(link.url, link.label)));
  const source = card.source.url ? webLink(card.source.url, card.source.label) : card.source.label;
  const indicator = ["warning", "critical"].includes(card.indicator) ? card.indicator : "info";
  return made(
    "article",
    { class: `card ${indicator}`, "aria-label": card.summary },
    made("h3", {}, card.summary),
    detail,
    links.length ? made("ul", { class: "links" }, links) : null,
    made("p", { class: "source" }, "Source: ", source),
  );
}
