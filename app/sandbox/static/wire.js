// What goes over HTTP: the FHIR endpoint, the hook with and without prefetch, the direct query, the rendering of cards.

export const FHIR = new URL("/sandbox/fhir", location.origin).href;
export const SERVICE = "trialhook-patient-view";

async function json(response) {
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.json();
}

// A read, or a search with all its pages, as an EHR hands it out.
async function fetched(relative) {
  const first = await json(await fetch(`${FHIR}/${relative}`));
  let page = first;
  while (page.link?.some((link) => link.relation === "next")) {
    page = await json(await fetch(page.link.find((link) => link.relation === "next").url));
    first.entry.push(...(page.entry ?? []));
  }
  if (first.link) first.link = first.link.filter((link) => link.relation !== "next");
  return first;
}

export const resource = (type, id) => fetched(`${type}/${encodeURIComponent(id)}`);

export async function resources(type, patientId) {
  const bundle = await fetched(`${type}?patient=${encodeURIComponent(patientId)}&_count=50`);
  return (bundle.entry ?? []).map((entry) => entry.resource);
}

async function prefetched(patientId) {
  const { services } = await json(await fetch("/cds-services"));
  const templates = Object.entries(services.find((service) => service.id === SERVICE)?.prefetch ?? {});
  const filled = templates.map(async ([key, template]) => {
    return [key, await fetched(template.replaceAll("{{context.patientId}}", encodeURIComponent(patientId)))];
  });
  return Object.fromEntries(await Promise.all(filled));
}

export async function hookRequest(patientId, withPrefetch) {
  const request = {
    hook: "patient-view",
    hookInstance: crypto.randomUUID(),
    fhirServer: FHIR,
    context: { userId: "Practitioner/sandbox", patientId },
  };
  return withPrefetch ? { ...request, prefetch: await prefetched(patientId) } : request;
}

// Status, body and milliseconds, whatever the status: a refusal is something to look at, too.
export async function fire(request) {
  const started = performance.now();
  const response = await fetch(`/cds-services/${SERVICE}`, posted("application/json", JSON.stringify(request)));
  const body = await response.json().catch(() => null);
  return { status: response.status, body, elapsed: Math.round(performance.now() - started) };
}

// By the FHIR server, as the hook reads it: answers belong to a patient of a server.
export const match = async (patientId) => json(await fetch(`/match?patient=${encodeURIComponent(patientId)}`));

export async function recordAnswer(patientId, trial, by, ref, answer) {
  const body = { patient: patientId, trial, by, answers: [{ ref, answer }] };
  return json(await fetch("/answers", posted("application/json", JSON.stringify(body))));
}

export async function withdrawAnswer(id, by) {
  return json(await fetch(`/answers/${encodeURIComponent(id)}/withdraw`, posted("application/json", JSON.stringify({ by }))));
}

// HTML that the server has rendered and sanitised, one for each text.
export async function rendered(texts) {
  if (texts.length === 0) return [];
  const answer = await json(await fetch("/sandbox/markdown", posted("application/json", JSON.stringify({ markdown: texts }))));
  return answer.html;
}

const posted = (type, body) => ({ method: "POST", headers: { "Content-Type": type }, body });
