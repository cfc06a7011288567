// Judges resources of FHIR R4 by what others wrote, so that nobody marks his own work.
//
//   sh scripts/fhir-judge/install.sh
//   node scripts/fhir-judge/judge.mjs FILE.json...
//
// Two judges: the validator of the npm package `fhir` (elements, how often, types, required codes, what may
// be referred to), and HL7's own definitions of R4 (package `hl7.fhir.r4.examples`): each rule of each element
// and type, computed by `fhirpath`, and the form of each primitive value. What this file adds is the way
// through a resource. Each problem is a line; a rule that can't be computed is told as one. Exit code 1 if
// there was any.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const installed = path.join(here, "../../target/fhir-judge/");
const require = createRequire(installed);
const { Fhir } = require("fhir");
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4");
const validator = new Fhir();
const definitions = new Map();

function definition(type) {
  if (!definitions.has(type)) {
    const file = path.join(
      installed,
      `node_modules/hl7.fhir.r4.examples/StructureDefinition-${type}.json`,
    );
    if (!fs.existsSync(file)) return undefined;
    const elements = JSON.parse(fs.readFileSync(file)).snapshot.element;
    definitions.set(type, new Map(elements.map((element) => [element.path, element])));
  }
  return definitions.get(type);
}

const compiled = new Map();

function compute(value, base, expression, environment) {
  const key = `${base} ${expression}`;
  if (!compiled.has(key)) {
    const asked = base.includes(".") ? { base, expression } : expression;
    compiled.set(key, fhirpath.compile(asked, model, { traceFn: () => {} }));
  }
  return compiled.get(key)(value, environment);
}

class Judgement {
  constructor(root) {
    this.root = root;
    this.problems = [];
  }

  say(place, words) {
    this.problems.push(`${place}: ${words}`);
  }

  rules(element, value, place, environment, base = element.path) {
    for (const rule of element.constraint ?? []) {
      // Good practice, such as a text for people in each resource, is not demanded.
      if (rule.severity !== "error") continue;
      // That a primitive has a value is seen by its form; bare values are not for fhirpath.
      if (rule.key === "ele-1" && (value === null || typeof value !== "object")) continue;
      let held;
      try {
        // R4 writes as() of many in dom-3, which later versions of it mended to ofType().
        const expression = rule.expression.replaceAll(").as(", ").ofType(");
        held = compute(value, base.replaceAll("[x]", ""), expression, environment);
      } catch (error) {
        this.say(place, `${rule.key} could not be computed: ${error.message.slice(0, 200)}`);
        continue;
      }
      // A reference without an address, an entry without one: nothing that the rule could be broken by.
      if (["ref-1", "bdl-8"].includes(rule.key) && held.length === 0) continue;
      if (held.length !== 1 || held[0] !== true) this.say(place, `${rule.key}: ${rule.human}`);
    }
  }

  resource(value, place) {
    const type = value?.resourceType;
    const known = type && definition(type);
    if (!known) return this.say(place, `no resource of R4: ${type}`);
    const environment = { resource: value, rootResource: this.root };
    this.rules(known.get(type), value, place, environment);
    this.children(known, type, value, place, environment);
  }

  children(known, at, value, place, environment) {
    for (const [key, all] of Object.entries(value)) {
      if (key === "resourceType" || key.startsWith("_")) continue;
      const [element, type] = this.element(known, `${at}.${key}`, key);
      if (!element) {
        this.say(place, `no element ${key}`);
        continue;
      }
      const list = Array.isArray(all) ? all : [all];
      list.forEach((one, number) => {
        const there = `${place}.${key}${Array.isArray(all) ? `[${number}]` : ""}`;
        this.one(known, element, type, one, there, environment);
      });
    }
  }

  one(known, element, type, value, place, environment) {
    if (["contained", "resource"].includes(element.path.split(".").pop()) && type === "Resource") {
      // What a bundle holds stands for itself; what is contained belongs to what contains it.
      const inner = element.path.endsWith(".contained") ? this : new Judgement(value);
      inner.resource(value, place);
      if (inner !== this) this.problems.push(...inner.problems);
      return;
    }
    this.rules(element, value, place, environment);
    const path = element.contentReference?.slice(1) ?? element.path;
    if (element.contentReference || type === "BackboneElement" || type === "Element") {
      return this.children(known, path, value, place, environment);
    }
    const own = definition(type);
    if (!own) return;
    this.rules(own.get(type), value, place, environment, element.path);
    if (value !== null && typeof value === "object") {
      return this.children(own, type, value, place, environment);
    }
    const form = own.get(`${type}.value`)?.type?.[0]?.extension?.find((e) => e.url.endsWith("/regex"));
    // The forms mean ASCII by white space: the blank of 「見本　太郎」 is a character like others.
    const text = String(value ?? "").replace(/[^\x00-\x7f]/gu, "x");
    if (form && !new RegExp(`^(?:${form.valueString})$`, "u").test(text)) {
      this.say(place, `no ${type}: ${JSON.stringify(value)}`);
    }
  }

  element(known, path, key) {
    const plain = known.get(path);
    const typed = (type) =>
      type?.code?.startsWith("http://hl7.org/fhirpath/")
        ? type.extension?.find((e) => e.url.endsWith("-fhir-type"))?.valueUrl
        : type?.code;
    if (plain) return [plain, typed(plain.type?.[0])];
    for (const [choice, element] of known) {
      if (!choice.endsWith("[x]") || !path.startsWith(choice.slice(0, -3))) continue;
      const rest = path.slice(choice.length - 3);
      const type = element.type.find(({ code }) => code[0].toUpperCase() + code.slice(1) === rest);
      if (type) return [element, type.code];
    }
    return [];
  }
}

let problems = 0;
let judged = 0;
for (const file of process.argv.slice(2)) {
  const resource = JSON.parse(fs.readFileSync(file));
  const judgement = new Judgement(resource);
  judgement.resource(resource, resource.resourceType);
  const told = validator.validate(resource, { errorOnUnexpected: true });
  const wrong = told.messages.filter(({ severity }) => ["error", "fatal"].includes(severity));
  judgement.problems.push(...wrong.map(({ location, message }) => `${location}: ${message}`));
  for (const problem of judgement.problems) console.log(`${path.basename(file)}: ${problem}`);
  problems += judgement.problems.length;
  judged += 1;
}
console.log(`judged ${judged}, problems ${problems}`);
process.exitCode = problems || !judged ? 1 : 0;
