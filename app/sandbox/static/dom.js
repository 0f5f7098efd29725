// Builds the page's elements. Text from data only ever becomes text nodes and attribute values.

export const at = (id) => document.getElementById(id);

// `made("li", { class: "open", title: "…" }, "text", child)`; null and undefined children and attributes are left out.
export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}

// An ISO date stays in one line; a browser would break it at its hyphens in a narrow panel.
export function keepDatesWhole(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const pieces = text.data.split(/(\d{4}-\d{2}(?:-\d{2})?)/); // every second piece is a date
    if (pieces.length > 1) {
      text.replaceWith(...pieces.map((piece, place) => (place % 2 ? made("span", { class: "piece" }, piece) : piece)));
    }
  }
  return element;
}

// A link that leads to the web or nowhere.
export function webLink(address, text) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return made("span", {}, text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return made("span", {}, text);
  return made("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

const today = new Date(`${document.body.dataset.today}T12:00:00Z`);
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// "2026-11-13T08:30:00+00:00" → "13 Nov 2026", "2018" → "2018".
export function dayText(written) {
  const [year, month, day] = (written ?? "").slice(0, 10).split("-");
  if (!month) return year ?? "";
  return `${day ? `${Number(day)} ` : ""}${months[Number(month) - 1]} ${year}`;
}

export function completedYears(born) {
  if (!born) return null;
  const [year, month = 1, day = 1] = born.split("-").map(Number);
  const before = today.getUTCMonth() + 1 < month || (today.getUTCMonth() + 1 === month && today.getUTCDate() < day);
  return today.getUTCFullYear() - year - (before ? 1 : 0);
}
