/** POST, PUT and DELETE of the second dialect, by way of the same operations as SCIM's. */
import type { ResourceType } from "../../scim/attribute.ts";
import { organizationOf } from "../../scim/dialect-organization.ts";
import { changedUserOf, newUserOf, unmappedOf, type GivenUser } from "../../scim/dialect-user.ts";
import { bodyWith, operationsOf, requireObject } from "../../scim/dialect-values.ts";
import { parseResource } from "../../scim/resource.ts";
import { ORGANIZATION, USER } from "../../scim/schemas.ts";
import type { ResourceOperation } from "../../sources/operation.ts";
import { profileOf, type Source } from "../../sources/source.ts";
import { typeFor } from "../../sources/source-type.ts";
import { callerOf, newUuid } from "../authenticate.ts";
import type { AppContext } from "../context.ts";
import { observe } from "../observed.ts";
import { readBody } from "../request.ts";
import { resourceOperation } from "../resource-operation.ts";
import { carryOut } from "../scim-write.ts";

export async function createUser(c: AppContext): Promise<Response> {
  const id = newUuid();
  return answerCreated(c, (source, body) => {
    const type = userType(c, source, body);
    const given = newUserOf(body, type);
    const resource = parseResource(bodyWith(given.attributes, type), type, profileOf(source));
    return { kind: "user.create", id, resource, ...listsOf(given) };
  });
}

export async function updateUser(c: AppContext): Promise<Response> {
  const id = idOf(c);
  return answerUpdated(c, (source, body) => {
    const given = changedUserOf(body, userType(c, source, body));
    return {
      kind: "user.patch",
      id,
      operations: operationsOf(given.attributes),
      ...listsOf(given),
    };
  });
}

export async function createOrganization(c: AppContext): Promise<Response> {
  const id = newUuid();
  return answerCreated(c, (source, body) => {
    const given = bodyWith(organizationOf(body), ORGANIZATION);
    const resource = parseResource(given, ORGANIZATION, profileOf(source));
    return { kind: "organization.create", id, resource };
  });
}

export async function updateOrganization(c: AppContext): Promise<Response> {
  const id = idOf(c);
  return answerUpdated(c, (_source, body) => ({
    kind: "organization.patch",
    id,
    operations: operationsOf(organizationOf(body)),
  }));
}

export async function remove(c: AppContext, type: ResourceType): Promise<Response> {
  const caller = await callerOf(c);
  const request = { method: "DELETE", type, id: idOf(c), body: undefined } as const;
  await carryOut(c, caller, (source) => resourceOperation(request, profileOf(source)));
  return c.body(null, 204);
}

type OperationOf = (source: Source, body: ReturnType<typeof requireObject>) => ResourceOperation;

/** A repeated POST is an update, and says so. */
async function answerCreated(c: AppContext, operationOf: OperationOf): Promise<Response> {
  const { status, id } = await write(c, operationOf);
  return status === 201
    ? c.json({ errcode: 0, errmsg: "created", id }, 201)
    : c.json({ errcode: 0, errmsg: "updated", id });
}

async function answerUpdated(c: AppContext, operationOf: OperationOf): Promise<Response> {
  await write(c, operationOf);
  return c.json({ errcode: 0, errmsg: "updated" });
}

/** Everything else is read after the token was recognized: strangers don't get that far. */
async function write(
  c: AppContext,
  operationOf: OperationOf,
): Promise<{ status: number; id: string | undefined }> {
  const caller = await callerOf(c);
  const body = requireObject(await readBody(c));
  const { outcome } = await carryOut(c, caller, (source) => operationOf(source, body));
  return { status: outcome.status, id: outcome.resource?.id };
}

function userType(
  c: AppContext,
  source: Source,
  body: ReturnType<typeof requireObject>,
): ResourceType {
  const type = typeFor(source, USER);
  observe(c, unmappedOf(body, type));
  return type;
}

function listsOf({
  furtherOrganizations,
  groups,
}: GivenUser): Pick<GivenUser, "furtherOrganizations" | "groups"> {
  return {
    ...(furtherOrganizations && { furtherOrganizations }),
    ...(groups && { groups }),
  };
}

function idOf(c: AppContext): string {
  return c.req.param("id") ?? "";
}
