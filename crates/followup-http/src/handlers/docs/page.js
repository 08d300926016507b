
"use strict";
(async () => {
  const root = document.getElementById("api");
  const element = (name, content, className) => {
    const made = document.createElement(name);
    if (content) made.append(...[].concat(content));
    if (className) made.className = className;
    return made;
  };
  const code = (text) => element("code", text);
  // What stands between backticks is code.
  const prose = (text) => (text || "").split("`").map((part, index) => (index % 2 ? code(part) : part)).filter(Boolean);
  const anchor = (name) => "tipo-" + name;
  // The name of a type leads to where the type is told.
  const typeOf = (schema) => {
    if (!schema) return [];
    if (schema.$ref) {
      const name = schema.$ref.split("/").pop();
      const link = element("a", name);
      link.href = "#" + anchor(name);
      return [link];
    }
    const several = schema.oneOf || schema.anyOf;
    if (several) return several.flatMap((one, index) => (index ? [" | ", ...typeOf(one)] : typeOf(one)));
    if (schema.allOf) return schema.allOf.flatMap(typeOf);
    if (schema.type === "array") return ["lista de ", ...typeOf(schema.items)];
    const words = { string: "texto", integer: "entero", number: "número", boolean: "sí o no", null: "nulo", object: "objeto" };
    return [[].concat(schema.type || "cualquiera").map((type) => words[type] || type).join(" | ")];
  };
  const limits = (schema) => {
    const said = [];
    if (schema.enum) {
      const values = schema.enum.filter((value) => value !== null);
      said.push(values.flatMap((value, index) => (index ? [", ", code(value === "" ? "(vacío)" : value)] : [code(value)])));
    }
    if (schema.format && schema.type !== "integer" && schema.type !== "number") said.push(schema.format);
    if (schema.minimum > Number.MIN_SAFE_INTEGER) said.push("desde " + schema.minimum);
    if (schema.maximum < Number.MAX_SAFE_INTEGER) said.push("hasta " + schema.maximum);
    if (schema.minLength) said.push("no vacío");
    if (schema.maxLength) said.push("hasta " + schema.maxLength + " caracteres");
    if (schema.maxItems) said.push((schema.minItems ? "de " + schema.minItems + " " : "") + "hasta " + schema.maxItems + " elementos");
    return said.flatMap((words, index) => (index ? ["; "].concat(words) : words));
  };
  // On a narrow screen a row stands as a block, each cell under its heading's name.
  const table = (heads, rows) => {
    const made = element("table");
    const head = element("tr", heads.map((text) => element("th", text)));
    made.append(element("thead", [head]));
    const body = element("tbody");
    rows.forEach((cells) => {
      const row = element("tr");
      cells.forEach((content, index) => {
        const cell = element("td", content);
        cell.dataset.head = heads[index];
        if (!cell.hasChildNodes()) cell.className = "empty";
        row.append(cell);
      });
      body.append(row);
    });
    made.append(body);
    return made;
  };
  const required = (is) => (is ? element("strong", "obligatorio", "required") : []);
  const named = (name, is) => [code(name), " "].concat(required(is));
  const contentOf = (described) => described && described.content && Object.entries(described.content)[0];
  const curl = (method, path, body) => {
    const lines = ["curl -H \"$AUTH\"" + (method === "get" ? "" : " -X " + method.toUpperCase()) + " \"$API" + path.replace(/^\/api\/v1/, "") + "\""];
    if (body) lines.push("-H 'Content-Type: application/json' -d '" + JSON.stringify(body) + "'");
    return lines.join(" \\\n  ");
  };
  const operation = (method, path, described) => {
    const box = element("details", null, "call");
    const line = element("summary", [element("span", method.toUpperCase(), "method " + method), code(path), element("span", prose(described.summary), "what")]);
    box.id = described.operationId;
    box.append(line);
    const roles = described["x-roles"];
    if (roles) box.append(element("p", ["Roles: ", ...roles.flatMap((role, index) => (index ? [", ", code(role)] : [code(role)]))], "roles"));
    else box.append(element("p", "Sin token de usuario.", "roles"));
    if (described.description) box.append(element("p", prose(described.description)));
    const parameters = described.parameters || [];
    const places = { path: "ruta", query: "consulta", header: "cabecera" };
    if (parameters.length) {
      const rows = parameters.map((given) => [named(given.name, given.required), places[given.in] || given.in, typeOf(given.schema), limits(given.schema || {}), prose(given.description)]);
      box.append(table(["Parámetro", "En", "Tipo", "Límites", "Descripción"], rows));
    }
    const content = contentOf(described.requestBody);
    if (content) {
      const [kind, { schema, example }] = content;
      box.append(element("p", ["Cuerpo (" + kind + "): ", ...typeOf(schema), " "].concat(required(described.requestBody.required))));
      if (example) box.append(element("pre", JSON.stringify(example, null, 2)));
    }
    const example = content && content[1].example;
    if (path.startsWith("/api/v1/") && (!content || example) && !path.includes("/webhooks/")) box.append(element("pre", curl(method, path, example), "curl"));
    const answers = Object.entries(described.responses).sort();
    const row = ([status, answer]) => [code(status), typeOf((contentOf(answer) || [0, {}])[1].schema), prose(answer.description)];
    box.append(table(["Respuesta", "Tipo", "Descripción"], answers.map(row)));
    return box;
  };
  const fields = (name, schema) => {
    const box = element("details", null, "type");
    box.id = anchor(name);
    box.append(element("summary", [code(name)]));
    if (schema.description) box.append(element("p", prose(schema.description)));
    if (schema.enum) box.append(element("p", limits(schema)));
    for (const form of schema.oneOf || schema.allOf || [schema]) {
      if (form.$ref) {
        box.append(element("p", typeOf(form)));
        continue;
      }
      const demanded = form.required || [];
      const row = ([field, type]) => [named(field, demanded.includes(field)), typeOf(type), limits(type), prose(type.description)];
      const properties = Object.entries(form.properties || {});
      if (properties.length) box.append(table(["Campo", "Tipo", "Límites", "Descripción"], properties.map(row)));
    }
    return box;
  };
  const openTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  try {
    const api = await (await fetch("/api/v1/openapi.json")).json();
    const link = element("a", "openapi.json");
    link.href = "/api/v1/openapi.json";
    const told = api.info.description.split("\n\n").map((text) => element("p", prose(text)));
    root.replaceChildren(element("h1", api.info.title), ...told, element("p", [link, " · versión " + api.info.version]));
    const auth = "AUTH=\"Authorization: Bearer $TOKEN\"";
    root.append(element("p", ["Los ejemplos suponen ", code("API=" + location.origin + "/api/v1"), " y ", code(auth), ", con el token de ", code("POST /api/v1/auth/login"), " o de ", code("api-server token NOMBRE"), "."]));
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
    addEventListener("hashchange", openTarget);
    openTarget();
  } catch (error) {
    root.replaceChildren(element("p", "No se pudo cargar el documento: " + error.message));
  }
})();
