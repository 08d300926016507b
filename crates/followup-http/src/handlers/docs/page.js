
"use strict";
(async () => {
  const root = document.getElementById("api");
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const typeName = (schema) => {
    if (!schema) return "";
    if (schema.$ref) return schema.$ref.split("/").pop();
    if (schema.oneOf) return schema.oneOf.map(typeName).join(" | ");
    if (schema.type === "array") return typeName(schema.items) + "[]";
    return [].concat(schema.type || "").join(" | ");
  };
  const limits = (schema) => {
    const said = [];
    if (schema.enum) said.push(schema.enum.filter((value) => value !== null).map((value) => (value === "" ? "(vacío)" : value)).join(", "));
    if (schema.minimum > Number.MIN_SAFE_INTEGER) said.push("desde " + schema.minimum);
    if (schema.maximum < Number.MAX_SAFE_INTEGER) said.push("hasta " + schema.maximum);
    if (schema.minLength) said.push("no vacío");
    if (schema.maxLength) said.push("hasta " + schema.maxLength + " caracteres");
    if (schema.maxItems) said.push((schema.minItems ? "de " + schema.minItems + " " : "") + "hasta " + schema.maxItems + " elementos");
    return said.join("; ");
  };
  const schemaOf = (content) => content && Object.values(content)[0].schema;
  const table = (heads, rows) => {
    const made = element("table");
    const head = made.insertRow();
    heads.forEach((text) => head.append(element("th", text)));
    rows.forEach((cells) => {
      const row = made.insertRow();
      cells.forEach((text) => row.append(element("td", text)));
    });
    return made;
  };
  const operation = (method, path, described) => {
    const box = element("details");
    const line = element("summary");
    line.append(element("span", method.toUpperCase(), "method"), element("code", path), described.summary || "");
    box.append(line);
    if (described.description) box.append(element("p", described.description));
    const parameters = described.parameters || [];
    if (parameters.length) {
      const rows = parameters.map((given) => [given.name, given.in, typeName(given.schema), limits(given.schema || {}), given.description]);
      box.append(table(["Parámetro", "En", "Tipo", "Límites", "Descripción"], rows));
    }
    if (described.requestBody) box.append(element("p", "Cuerpo: " + typeName(schemaOf(described.requestBody.content))));
    const answers = Object.entries(described.responses).sort();
    box.append(table(["Respuesta", "Tipo", "Descripción"], answers.map(([status, answer]) => [status, typeName(schemaOf(answer.content)), answer.description])));
    return box;
  };
  const fields = (name, schema) => {
    const box = element("details");
    const line = element("summary");
    line.append(element("code", name));
    box.append(line);
    if (schema.description) box.append(element("p", schema.description));
    for (const form of schema.oneOf || [schema]) {
      const demanded = form.required || [];
      const row = ([field, type]) => [field + (demanded.includes(field) ? " *" : ""), typeName(type), limits(type), type.description];
      box.append(table(["Campo (* siempre)", "Tipo", "Límites", "Descripción"], Object.entries(form.properties || {}).map(row)));
    }
    return box;
  };
  try {
    const api = await (await fetch("/api/v1/openapi.json")).json();
    root.replaceChildren(element("h1", api.info.title), element("p", api.info.description));
    const link = element("a", "openapi.json");
    link.href = "/api/v1/openapi.json";
    root.append(link);
    const groups = new Map();
    for (const [path, item] of Object.entries(api.paths)) {
      for (const [method, described] of Object.entries(item)) {
        const tag = (described.tags || [""])[0];
        if (!groups.has(tag)) groups.set(tag, []);
        groups.get(tag).push(operation(method, path, described));
      }
    }
    for (const [tag, operations] of groups) root.append(element("h2", tag), ...operations);
    root.append(element("h2", "Tipos"), ...Object.entries(api.components.schemas).map(([name, schema]) => fields(name, schema)));
  } catch (error) {
    root.replaceChildren(element("p", "No se pudo cargar el documento: " + error.message));
  }
})();
