/** A second opinion on PATCH, by structured steps instead of paths. Shares no code with src. */
export interface Element {
  value?: string;
  display?: string;
  type?: string;
  primary?: boolean;
}
export type ListName = "emails" | "roles";
export type TextName = "title" | "nickName" | "department" | "employeeNumber";
export type NamePart = "givenName" | "familyName";

/** The extension's attributes lie flat beside the others. */
export type Model = Partial<Record<TextName, string>> &
  Partial<Record<ListName, Element[]>> & { name?: Partial<Record<NamePart, string>> };

export interface Condition {
  sub: "value" | "type" | "primary";
  operator: "eq" | "ne" | "sw";
  value: string | boolean;
}
type Op = "add" | "replace" | "remove";
export type Step =
  | { kind: "text"; op: Op; attribute: TextName; value: string | null }
  | { kind: "part"; op: Op; attribute: NamePart; value: string | null }
  | { kind: "name"; op: Op; value: Partial<Record<NamePart, string | null>> | null }
  | { kind: "list"; op: Op; attribute: ListName; value: Element[] | null }
  | {
      kind: "selected";
      op: Op;
      attribute: ListName;
      condition: Condition;
      sub?: keyof Element;
      value: string | boolean | Element | null;
    };

class Refused extends Error {}

/** The user after all steps, or undefined when one of them is refused. */
export function runModel(before: Model, steps: Step[], strict: boolean): Model | undefined {
  const user = structuredClone(before);
  try {
    for (const step of steps) run(user, step, strict);
    for (const name of ["emails", "roles"] as const) {
      user[name] = tidy(user[name] ?? [], strict);
      if (user[name].length === 0) delete user[name];
    }
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  if (Object.keys(user.name ?? {}).length === 0) delete user.name;
  return user;
}

function run(user: Model, step: Step, strict: boolean): void {
  const gone = step.op === "remove" || step.value === null;
  if (step.kind === "text") {
    setTexts(user, { [step.attribute]: gone ? null : step.value });
  } else if (step.kind === "part") {
    setTexts((user.name ??= {}), { [step.attribute]: gone ? null : step.value });
  } else if (step.kind === "name") {
    if (gone || step.value === null) delete user.name;
    else setTexts((user.name ??= {}), step.value);
  } else if (step.kind === "list") {
    user[step.attribute] = changedList(user[step.attribute] ?? [], step, strict);
  } else {
    user[step.attribute] = changedSelection(user[step.attribute] ?? [], step, gone, strict);
  }
}

function setTexts(holder: object, texts: Record<string, string | null>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) Reflect.deleteProperty(holder, name);
    else Reflect.set(holder, name, text);
  }
}

function changedList(list: Element[], step: Step & { kind: "list" }, strict: boolean): Element[] {
  if (step.op === "remove") return [];
  const given = tidy(step.value ?? [], strict);
  if (step.op === "replace") return given;
  for (const element of given) {
    const twin = list.find((other) => same(other, element)) ?? element;
    if (twin === element) list.push(element);
    else if (element.primary !== undefined) twin.primary = element.primary;
    if (element.primary === true) demote(list, [twin]);
  }
  return list;
}

function changedSelection(
  list: Element[],
  { op, condition, sub, value }: Step & { kind: "selected" },
  gone: boolean,
  strict: boolean,
): Element[] {
  const hits = list.filter((element) => holds(condition, element));
  if (gone) {
    if (hits.length === 0 && strict) throw new Refused();
    for (const element of hits) if (sub !== undefined) delete element[sub];
    return sub === undefined ? list.filter((element) => !hits.includes(element)) : list;
  }
  const told: Element = condition.operator === "eq" ? { [condition.sub]: condition.value } : {};
  if (hits.length === 0) {
    if ((op === "replace" && strict) || condition.operator !== "eq") throw new Refused();
    hits.push({ ...told });
    list.push(...hits);
  }
  for (const element of hits) {
    if (sub === undefined && op === "replace") {
      setTexts(element, { value: null, display: null, type: null, primary: null });
      Object.assign(element, told);
    }
    Object.assign(element, sub === undefined ? value : { [sub]: value });
  }
  if (hits.some(({ primary }) => primary === true)) demote(list, hits);
  return list;
}

function holds({ sub, operator, value }: Condition, element: Element): boolean {
  const actual = element[sub];
  if (typeof value === "boolean") return operator === "ne" ? actual !== value : actual === value;
  const text = typeof actual === "string" ? actual.toLowerCase() : undefined;
  if (operator === "sw") return text?.startsWith(value.toLowerCase()) ?? false;
  return (text === value.toLowerCase()) === (operator === "eq");
}

/** Without labels of nothing, doubles and a second primary. */
function tidy(list: Element[], strict: boolean): Element[] {
  const result: Element[] = [];
  for (const element of list) {
    if (!element.value && !element.display) continue;
    const twin = result.find((other) => same(other, element));
    if (twin === undefined) result.push({ ...element });
    else if (element.primary !== undefined) twin.primary = element.primary;
  }
  const primaries = result.filter(({ primary }) => primary === true);
  if (primaries.length > 1 && strict) throw new Refused();
  for (const element of primaries.slice(0, -1)) element.primary = false;
  return result;
}

function demote(list: Element[], except: Element[]): void {
  for (const element of list) {
    if (element.primary === true && !except.includes(element)) element.primary = false;
  }
}

const same = (a: Element, b: Element) =>
  a.value === b.value && a.display === b.display && a.type === b.type;
