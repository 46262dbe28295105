/** What SCIM has a keyword for: RFC 7644 §3.12, table 9, and RFC 9865 §2.1. */
import type { Catalogue } from "./catalogue.ts";

export const PROTOCOL = {
  invalidFilter: {
    status: 400,
    scimType: "invalidFilter",
    en: {
      title: "The filter can't be answered",
      advice: "Use attributes that /Schemas lists, and an operator that their type has.",
    },
    zh: {
      title: "无法按此过滤条件查询",
      advice: "请使用 /Schemas 中列出的属性，以及该类型支持的运算符。",
    },
  },
  tooMany: {
    status: 400,
    scimType: "tooMany",
    en: {
      title: "Too many results",
      advice: "Narrow the filter down, or leave the large part out with excludedAttributes.",
    },
    zh: { title: "结果过多", advice: "请缩小过滤范围，或用 excludedAttributes 去掉较大的部分。" },
  },
  invalidSyntax: {
    status: 400,
    scimType: "invalidSyntax",
    en: {
      title: "The request can't be read",
      advice: "Send well-formed JSON in the shape that the operation takes.",
    },
    zh: { title: "无法读取请求", advice: "请按该操作要求的结构发送格式正确的 JSON。" },
  },
  invalidPath: {
    status: 400,
    scimType: "invalidPath",
    en: {
      title: "The path leads nowhere",
      advice: "Spell the path with attributes that /Schemas lists.",
    },
    zh: { title: "路径不存在", advice: "请使用 /Schemas 中列出的属性书写路径。" },
  },
  noTarget: {
    status: 400,
    scimType: "noTarget",
    en: {
      title: "Nothing there to change",
      advice: "Give a path that selects a value which exists, or add the value first.",
    },
    zh: { title: "没有可修改的目标", advice: "请给出能选中已有值的路径，或先添加该值。" },
  },
  invalidValue: {
    status: 400,
    scimType: "invalidValue",
    en: {
      title: "A value isn't allowed",
      advice: "Send a value of the type and range that the detail names.",
    },
    zh: { title: "值不符合要求", advice: "请按详情中说明的类型和范围填写。" },
  },
  invalidVers: {
    status: 400,
    scimType: "invalidVers",
    en: {
      title: "This version of the protocol isn't spoken",
      advice: "Use SCIM 2.0, at the base URL of the data source.",
    },
    zh: { title: "不支持该协议版本", advice: "请在数据源的 Base URL 上使用 SCIM 2.0。" },
  },
  mutability: {
    status: 400,
    scimType: "mutability",
    en: {
      title: "This can't be changed",
      advice: "Leave the attribute out of the request: it is read-only, fixed or required.",
    },
    zh: { title: "该属性不可修改", advice: "请不要在请求中携带该属性：它是只读、固定或必填的。" },
  },
  uniqueness: {
    status: 409,
    scimType: "uniqueness",
    en: {
      title: "Already taken",
      advice: "Change one of the two, or link the account to the one that is there.",
    },
    zh: { title: "已被占用", advice: "请修改其中一方，或与现有账户关联。" },
  },
  invalidCursor: {
    status: 400,
    scimType: "invalidCursor",
    en: {
      title: "The cursor isn't one of this list",
      advice: "Ask for the first page again, with the same filter and order.",
    },
    zh: { title: "游标不属于此列表", advice: "请以相同的过滤条件和排序重新获取第一页。" },
  },
  expiredCursor: {
    status: 400,
    scimType: "expiredCursor",
    en: { title: "The cursor is too old", advice: "Ask for the first page again." },
    zh: { title: "游标已过期", advice: "请重新获取第一页。" },
  },
  invalidCount: {
    status: 400,
    scimType: "invalidCount",
    en: { title: "The count can't be used", advice: "Send a whole number, or leave count out." },
    zh: { title: "count 无效", advice: "请填写整数，或不传 count。" },
  },
  sensitive: {
    status: 403,
    scimType: "sensitive",
    en: {
      title: "This doesn't belong into a URL",
      advice: "Send the filter in the body of a POST to .search.",
    },
    zh: {
      title: "此内容不应出现在 URL 中",
      advice: "请用 POST 请求 .search，把过滤条件放在请求体里。",
    },
  },
} as const satisfies Catalogue;
