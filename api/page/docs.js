// The API's documentation, made from /openapi.json, with a form to try each operation.

import { make } from "./text.js";

const main = document.getElementById("operations");
const api = await (await fetch("/openapi.json")).json();

function resolve(schema) {
  return schema?.$ref ? api.components.schemas[schema.$ref.split("/").at(-1)] : schema ?? {};
}

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  const options = (schema.anyOf ?? []).filter((option) => option.type !== "null").map(typeOf);
  if (options.length) return options.join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  const bounds = schema.minimum !== undefined && schema.maximum !== undefined ? ` ${schema.minimum}–${schema.maximum}` : "";
  return `${schema.type ?? "any"}${bounds}`;
}

function row(name, required, schema, description, ...more) {
  const text = [description ?? schema.description, schema.default !== undefined && schema.default !== null && `default ${JSON.stringify(schema.default)}`];
  return make("tr", {},
    make("td", {}, make("code", {}, name), required ? " *" : ""),
    make("td", {}, make("code", {}, typeOf(schema))),
    make("td", {}, text.filter(Boolean).join("; ")), ...more);
}

function fields(schema) {
  const known = resolve(schema);
  return Object.entries(known.properties ?? {}).map(([name, property]) => row(name, known.required?.includes(name), property));
}

function exampleOf(schema) {
  const known = resolve(schema);
  if (known.examples) return known.examples[0];
  if (known.anyOf) return exampleOf(known.anyOf[0]);
  if (known.type === "array") return [exampleOf(known.items)];
  if (known.properties) {
    return Object.fromEntries(Object.entries(known.properties).filter(([name]) => known.required?.includes(name)).map(([name, property]) => [name, exampleOf(property)]));
  }
  return known.default ?? { integer: 1, number: 1, string: "", boolean: false }[known.type] ?? null;
}

function operation(path, method, described) {
  const inputs = new Map();
  const parameters = (described.parameters ?? []).map((parameter) => {
    const input = make("input", { "aria-label": parameter.name, value: parameter.schema.examples?.[0] && parameter.required ? String(parameter.schema.examples[0]) : null,
      placeholder: parameter.schema.examples?.[0] ?? parameter.schema.default ?? null });
    inputs.set(parameter, input);
    return row(parameter.name, parameter.required, parameter.schema, parameter.description, make("td", {}, input));
  });
  const bodySchema = described.requestBody?.content["application/json"].schema;
  const body = bodySchema && make("textarea", { "aria-label": "request body", spellcheck: "false" }, JSON.stringify(exampleOf(bodySchema), null, 2));
  const output = make("pre", { hidden: true, tabindex: "0", "aria-live": "polite" });
  const send = async () => {
    const url = new URL(path.replace(/\{(\w+)\}/g, (_, name) => {
      const found = [...inputs].find(([parameter]) => parameter.name === name);
      return encodeURIComponent(found?.[1].value ?? "");
    }), location.origin);
    for (const [parameter, input] of inputs) if (parameter.in === "query" && input.value) url.searchParams.set(parameter.name, input.value);
    output.hidden = false;
    output.textContent = "…";
    try {
      const answer = await fetch(url, { method: method.toUpperCase(), body: body?.value, headers: body ? { "Content-Type": "application/json" } : {} });
      const text = await answer.text();
      let shown = text;
      try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: shown as it is */ }
      output.textContent = `${answer.status} ${decodeURI(url.pathname + url.search)}\n\n${shown}`;
    } catch (error) {
      output.textContent = String(error);
    }
  };
  const answers = Object.entries(described.responses).map(([status, response]) => {
    const schema = response.content?.["application/json"]?.schema;
    return make("tr", {}, make("td", {}, make("code", {}, status)), make("td", {}, response.description), make("td", {}, schema ? make("code", {}, typeOf(schema)) : ""));
  });
  const ok = described.responses["200"]?.content?.["application/json"]?.schema;
  return make("details", { class: "operation", id: described.operationId },
    make("summary", {}, make("b", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path), make("span", {}, described.description ?? described.summary)),
    make("div", {},
      parameters.length > 0 && [make("h3", {}, "Parameters"), make("table", {}, parameters)],
      body && [make("h3", {}, "Body"), make("table", {}, fields(bodySchema)), body],
      make("button", { type: "button", class: "primary", onclick: send }, "Send"), output,
      make("h3", {}, "Answers"), make("table", {}, answers),
      ok && [make("h3", {}, typeOf(ok)), make("table", {}, fields(ok))]));
}

const groups = new Map();
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, described] of Object.entries(methods)) {
    const tag = described.tags?.[0] ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), operation(path, method, described)]);
  }
}
main.append(make("h1", {}, api.info.title, " ", api.info.version), make("p", {}, api.info.description),
  ...[...groups].flatMap(([tag, operations]) => [make("h2", {}, tag), ...operations]));
main.ariaBusy = "false";
