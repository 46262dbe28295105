/** What is wrong with a request whatever it is about, or with us. */
import type { Catalogue } from "./catalogue.ts";

export const REQUESTS = {
  not_found: {
    status: 404,
    en: {
      title: "Not found",
      advice: "Check the id and the address; what is outside the scope is not found either.",
    },
    zh: { title: "未找到", advice: "请检查 ID 和地址；同步范围之外的记录同样视为不存在。" },
  },
  method_not_allowed: {
    status: 405,
    en: {
      title: "Method not allowed",
      advice: "Use one of the methods that the Allow header lists.",
    },
    zh: { title: "不支持该请求方法", advice: "请使用 Allow 响应头中列出的方法。" },
  },
  conflict: {
    status: 409,
    en: { title: "Not in this state", advice: "Read what is there now, and decide again." },
    zh: { title: "当前状态不允许此操作", advice: "请读取最新内容后再决定。" },
  },
  precondition_failed: {
    status: 412,
    en: {
      title: "Changed by someone else",
      advice: "Read it again and repeat the change on what is there now.",
    },
    zh: { title: "已被他人修改", advice: "请重新读取，并在最新内容上再次修改。" },
  },
  payload_too_large: {
    status: 413,
    scimType: "tooMany",
    en: { title: "The body is too large", advice: "Send it in several smaller requests." },
    zh: { title: "请求体过大", advice: "请拆分为多个较小的请求。" },
  },
  uri_too_long: {
    status: 414,
    en: {
      title: "The URL is too long",
      advice: "Send the query in the body of a POST to .search.",
    },
    zh: { title: "URL 过长", advice: "请用 POST 请求 .search，把查询放在请求体里。" },
  },
  unsupported_media_type: {
    status: 415,
    en: {
      title: "Send application/json",
      advice: "Set Content-Type to application/scim+json or application/json, uncompressed.",
    },
    zh: {
      title: "请发送 application/json",
      advice: "请把 Content-Type 设为 application/scim+json 或 application/json，且不要压缩。",
    },
  },
  rate_limited: {
    status: 429,
    en: { title: "Too many requests", advice: "Wait as long as Retry-After says." },
    zh: { title: "请求过于频繁", advice: "请等待 Retry-After 给出的时间后再试。" },
  },
  internal: {
    status: 500,
    en: {
      title: "Internal error",
      advice: "Try again; if it stays, look for the request's id in the Worker's log.",
    },
    zh: { title: "内部错误", advice: "请重试；若仍失败，请按请求 ID 查看 Worker 日志。" },
  },
  not_implemented: {
    status: 501,
    en: { title: "Not implemented", advice: "Use the endpoints that /ResourceTypes lists." },
    zh: { title: "未实现", advice: "请使用 /ResourceTypes 中列出的端点。" },
  },
  unavailable: {
    status: 503,
    en: {
      title: "Temporarily unavailable",
      advice: "Repeat the same request after the time that Retry-After says.",
    },
    zh: { title: "服务暂时不可用", advice: "请在 Retry-After 给出的时间之后重发同一请求。" },
  },
  confirmation_needed: {
    status: 409,
    en: {
      title: "This has to be confirmed",
      advice: "Repeat the request with the confirmation that the detail asks for.",
    },
    zh: { title: "此操作需要确认", advice: "请携带详情中要求的确认信息重发请求。" },
  },
  idempotency_key_reused: {
    status: 422,
    en: {
      title: "The Idempotency-Key was used before",
      advice: "Send the same request as before, or another key.",
    },
    zh: { title: "Idempotency-Key 已被使用", advice: "请发送与之前相同的请求，或换一个键。" },
  },
  cursor_expired: {
    status: 410,
    en: {
      title: "The feed no longer goes back so far",
      advice: "Read everything once anew, then go on without a cursor, or with since.",
    },
    zh: {
      title: "变更记录已不含这么早的内容",
      advice: "请先全量读取一次，再不带游标（或以 since）继续。",
    },
  },
} as const satisfies Catalogue;
