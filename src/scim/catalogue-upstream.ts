/** Why an upstream directory can't be read. Status 200: a run or a test of the connection tells it. */
import type { Catalogue } from "./catalogue.ts";

export const UPSTREAM = {
  upstream_url_refused: {
    status: 400,
    en: {
      title: "The URL can't be read from",
      advice:
        "Give an https URL with a public host name: no IP address, no local name, no user name and no fragment.",
    },
    zh: {
      title: "不能使用此 URL",
      advice: "请填写带公开域名的 https URL：不含 IP 地址、本地名称、用户名或片段。",
    },
  },
  upstream_auth_failed: {
    status: 200,
    en: {
      title: "The upstream refused the credentials",
      advice: "Enter the client id and the secret again, and check the token URL and its style.",
    },
    zh: {
      title: "上游拒绝了凭证",
      advice: "请重新填写 Client ID 与密钥，并检查 Token URL 及其认证方式。",
    },
  },
  upstream_forbidden: {
    status: 200,
    en: {
      title: "The upstream doesn't allow this reading",
      advice: "Let the client read people, organizations and groups there.",
    },
    zh: { title: "上游不允许读取", advice: "请在上游授予该客户端读取用户、组织和组的权限。" },
  },
  upstream_not_found: {
    status: 200,
    en: {
      title: "There is nothing at the upstream's URL",
      advice: "Check the path of the URL that the failure names.",
    },
    zh: { title: "上游 URL 处没有内容", advice: "请检查失败信息所指 URL 的路径。" },
  },
  upstream_rate_limited: {
    status: 200,
    en: {
      title: "The upstream asks for patience",
      advice: "It is tried again by itself; if it stays, run less often or raise the limit there.",
    },
    zh: { title: "上游限流", advice: "会自动重试；如持续出现，请降低频率或在上游提高限额。" },
  },
  upstream_unavailable: {
    status: 200,
    en: {
      title: "The upstream can't be reached, or fails",
      advice: "It is tried again by itself; if it stays, look at the upstream's own state.",
    },
    zh: { title: "上游无法连接或出错", advice: "会自动重试；如持续出现，请查看上游自身的状态。" },
  },
  upstream_timeout: {
    status: 200,
    en: {
      title: "The upstream takes too long",
      advice: "It is tried again by itself; if it stays, set a smaller page size.",
    },
    zh: { title: "上游响应过慢", advice: "会自动重试；如持续出现，请减小每页数量。" },
  },
  upstream_redirected: {
    status: 200,
    en: {
      title: "The upstream points elsewhere",
      advice:
        "Redirects are not followed, since they would carry the secret along: enter the final URL.",
    },
    zh: { title: "上游要求重定向", advice: "重定向会泄露密钥，因此不予跟随：请直接填写最终 URL。" },
  },
  upstream_too_large: {
    status: 200,
    en: { title: "The upstream's answer is too large", advice: "Set a smaller page size." },
    zh: { title: "上游的应答过大", advice: "请减小每页数量。" },
  },
  upstream_malformed: {
    status: 200,
    en: {
      title: "The upstream's answer can't be understood",
      advice: "Check that the URL is the one of the SCIM list and not of a page for people.",
    },
    zh: {
      title: "无法理解上游的应答",
      advice: "请确认该 URL 是 SCIM 列表的地址，而不是网页的地址。",
    },
  },
  upstream_filter_refused: {
    status: 200,
    en: {
      title: "The upstream refused to filter by time",
      advice: "Everything is read instead; choose the other filter style, or full runs alone.",
    },
    zh: { title: "上游拒绝按时间过滤", advice: "已改为全量读取；请更换过滤方式，或只用全量同步。" },
  },
  upstream_refused: {
    status: 200,
    en: {
      title: "The upstream refused the request",
      advice: "See the status in the detail, and what the upstream's own log says of it.",
    },
    zh: { title: "上游拒绝了请求", advice: "请查看详情中的状态码，以及上游自身的日志。" },
  },
  record_invalid: {
    status: 200,
    en: {
      title: "A record of the upstream can't be understood",
      advice: "Mend it upstream where the path says; until then its owner stays as they are here.",
    },
    zh: {
      title: "上游的一条记录无法理解",
      advice: "请在上游按路径所指修正；在此之前，此处的数据保持不变。",
    },
  },
  record_too_large: {
    status: 200,
    en: {
      title: "A record of the upstream is too large",
      advice: "Make it smaller upstream; until then its owner stays as they are here.",
    },
    zh: { title: "上游的一条记录过大", advice: "请在上游缩减；在此之前，此处的数据保持不变。" },
  },
} as const satisfies Catalogue;
