/** What the rules of people, groups and organizations refuse, or note. */
import type { Catalogue } from "./catalogue.ts";

export const RECORDS = {
  phone_needs_plus: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "A number with a country code starts with +",
      advice: "Send +86 138…, or the local number alone with phoneRegion beside it.",
    },
    zh: {
      title: "带国家代码的号码须以 + 开头",
      advice: "请发送 +86 138…，或只发本地号码并同时给出 phoneRegion。",
    },
  },
  phone_region_mismatch: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "The number and phoneRegion name different countries",
      advice: "Clear phoneRegion in the client's mapping, or make it the number's own.",
    },
    zh: {
      title: "号码与 phoneRegion 的国家代码不一致",
      advice: "请在客户端映射中清除 phoneRegion，或改为号码自身的代码。",
    },
  },
  email_type_not_work: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "Only the work e-mail is kept",
      advice: 'Map one e-mail address, of type "work", in the client.',
    },
    zh: { title: "只保存工作邮箱", advice: "请在客户端只映射一个类型为 work 的邮箱。" },
  },
  phone_type_not_work: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "Only the work phone is kept",
      advice: 'Map one phone number, of type "work", in the client.',
    },
    zh: { title: "只保存工作电话", advice: "请在客户端只映射一个类型为 work 的电话号码。" },
  },
  password_rejected: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "The password doesn't meet the policy",
      advice: "Make the client's password policy at least as strict as the directory's.",
    },
    zh: { title: "密码不符合策略", advice: "请使客户端的密码策略不低于目录的要求。" },
  },
  member_type_unsupported: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "Only users can be members",
      advice: "Push the people of a nested group as members of the group itself.",
    },
    zh: { title: "组成员只能是用户", advice: "请把嵌套组中的人员直接作为该组的成员推送。" },
  },
  member_unknown: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "A member isn't known",
      advice: "Push the users first, and keep them inside the data source's scope.",
    },
    zh: { title: "成员不存在", advice: "请先推送用户，并确保其在数据源的同步范围内。" },
  },
  field_locked: {
    status: 409,
    en: {
      title: "The record or the field belongs to a data source",
      advice: "Change or delete it where it comes from, or disable the data source first.",
    },
    zh: { title: "该记录或字段由数据源管理", advice: "请在来源处修改或删除，或先停用该数据源。" },
  },
  organization_out_of_scope: {
    status: 403,
    en: {
      title: "The organization is outside the scope",
      advice: "Widen the data source's scope, or send no organization to use the target.",
    },
    zh: {
      title: "组织不在同步范围内",
      advice: "请扩大数据源的同步范围，或不传组织以使用同步目标。",
    },
  },
  organization_unknown: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "There is no such organization",
      advice: "Send the id of an organization that exists, or none.",
    },
    zh: { title: "组织不存在", advice: "请发送已有组织的 ID，或不传。" },
  },
  group_unknown: {
    status: 400,
    scimType: "invalidValue",
    en: { title: "There is no such group", advice: "Send the id of a group that exists." },
    zh: { title: "用户组不存在", advice: "请发送已有用户组的 ID。" },
  },
  organization_too_deep: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "The organization would be too deep",
      advice: "Choose a parent nearer to the root: a tree has 64 levels at most.",
    },
    zh: { title: "组织层级过深", advice: "请选择更接近根的上级组织：最多 64 层。" },
  },
  organization_in_use: {
    status: 409,
    en: {
      title: "A data source needs the organization",
      advice: "Give the data source another target or scope first.",
    },
    zh: { title: "数据源正在使用该组织", advice: "请先为数据源更换同步目标或同步范围。" },
  },
  organization_cycle: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "An organization can't be below itself",
      advice: "Choose a parent that isn't the organization or one of its descendants.",
    },
    zh: { title: "组织不能位于自身之下", advice: "请选择既非该组织、也非其下级的上级组织。" },
  },
  organization_not_empty: {
    status: 409,
    en: {
      title: "The organization isn't empty",
      advice: "Move or delete its people and the organizations below it first.",
    },
    zh: { title: "组织不为空", advice: "请先移动或删除其中的人员和下级组织。" },
  },
  // These are told to admins, while the request itself was carried out.
  namespace_mismatch: {
    status: 200,
    en: {
      title: "Fields came under another URN than the one expected",
      advice: "Make the namespace of the data source the one that was received.",
    },
    zh: {
      title: "字段的 URN 与预期的命名空间不同",
      advice: "请把数据源的命名空间改为实际收到的 URN。",
    },
  },
  attribute_unmapped: {
    status: 200,
    en: {
      title: "An attribute came that isn't kept",
      advice: "Add a field for it and choose it for the data source, or stop sending it.",
    },
    zh: { title: "收到未保存的属性", advice: "请为其添加字段并在数据源中选用，或停止发送。" },
  },
} as const satisfies Catalogue;
