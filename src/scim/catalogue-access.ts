/** Who may not pass, and why. */
import type { Catalogue } from "./catalogue.ts";

export const ACCESS = {
  unauthorized: {
    status: 401,
    en: {
      title: "Not signed in",
      advice:
        "Send `Authorization: Bearer` with a token or key that is in force, or sign in again; the log says what is wrong with the one sent.",
    },
    zh: {
      title: "未登录",
      advice:
        "请用 `Authorization: Bearer` 携带有效的令牌或密钥，或重新登录；所发凭证的问题见日志。",
    },
  },
  // These are said in the log alone: the answer is `unauthorized` for all of them.
  token_unknown: {
    status: 401,
    en: {
      title: "The token isn't known",
      advice: "Paste it again without the word Bearer, or rotate it.",
    },
    zh: { title: "令牌不存在", advice: "请重新粘贴（不含 Bearer 一词），或轮换令牌。" },
  },
  token_expired: {
    status: 401,
    en: {
      title: "The token has expired",
      advice: "Extend or rotate it, and give the client the new one.",
    },
    zh: { title: "令牌已过期", advice: "请延长有效期或轮换，并把新令牌配置到客户端。" },
  },
  token_disabled: {
    status: 401,
    en: {
      title: "The token is disabled",
      advice: "Enable it again, or give the client the other one.",
    },
    zh: { title: "令牌已停用", advice: "请重新启用，或让客户端使用另一个令牌。" },
  },
  token_deleted: {
    status: 401,
    en: { title: "The token was deleted", advice: "Give the client a token that still exists." },
    zh: { title: "令牌已删除", advice: "请让客户端使用仍然存在的令牌。" },
  },
  source_deleted: {
    status: 401,
    en: {
      title: "The data source was deleted",
      advice: "Point the client at another data source, or switch its provisioning off.",
    },
    zh: { title: "数据源已删除", advice: "请让客户端指向其他数据源，或关闭其同步。" },
  },
  forbidden: {
    status: 403,
    en: { title: "Not allowed", advice: "Ask somebody whose role allows it." },
    zh: { title: "没有权限", advice: "请联系拥有相应角色的管理员。" },
  },
  not_owner: {
    status: 403,
    en: {
      title: "It belongs to somebody else",
      advice: "Change it where it comes from, or let that data source give it up.",
    },
    zh: { title: "该记录属于其他来源", advice: "请在其来源处修改，或让该数据源释放它。" },
  },
  permission_missing: {
    status: 403,
    en: {
      title: "The data source lacks a permission",
      advice: "Give the data source the permission that the detail names.",
    },
    zh: { title: "数据源缺少权限", advice: "请为数据源授予详情中指出的权限。" },
  },
  api_closed: {
    status: 403,
    en: {
      title: "The API of this data source isn't open",
      advice: "Open it in the data source's settings and confirm; tokens stay as they are.",
    },
    zh: { title: "该数据源未开放接口", advice: "请在数据源设置中开放并确认；令牌不受影响。" },
  },
  data_source_disabled: {
    status: 403,
    en: {
      title: "The data source is disabled",
      advice: "Enable the data source, and its provisioning.",
    },
    zh: { title: "数据源已停用", advice: "请启用数据源及其同步功能。" },
  },
  unsupported_grant_type: {
    status: 400,
    en: {
      title: "This grant type isn't supported",
      advice: "Send grant_type=client_credentials.",
    },
    zh: { title: "不支持此授权类型", advice: "请发送 grant_type=client_credentials。" },
  },
  invalid_client: {
    status: 401,
    en: {
      title: "Client id or client secret is wrong",
      advice: "Enter both again, or issue a new secret; the old one can overlap with it.",
    },
    zh: {
      title: "客户端 ID 或密钥错误",
      advice: "请重新填写两者，或签发新密钥；旧密钥可与其短期并存。",
    },
  },
  deletions_held: {
    status: 503,
    en: {
      title: "So many are removed that an admin has to agree",
      advice:
        "Look at the hold of the data source: approve it if all of them are to go, reject it if not. The client comes again by itself.",
    },
    zh: {
      title: "移除数量过多，需管理员确认",
      advice: "请查看该数据源的待确认移除：确需移除则批准，否则拒绝。客户端会自行重试。",
    },
  },
  deletion_rejected: {
    status: 403,
    en: {
      title: "An admin has rejected this removal",
      advice:
        "Assign the person or the members again where they come from. If they are to go after all, approve the hold.",
    },
    zh: {
      title: "管理员已拒绝此移除",
      advice: "请在来源处重新分配该用户或成员；如确需移除，请批准该待确认移除。",
    },
  },
  scope_empty: {
    status: 403,
    en: {
      title: "The data source's scope is empty",
      advice: "Give the data source an organization that it may write to.",
    },
    zh: { title: "数据源的同步范围为空", advice: "请为数据源设置可写入的组织。" },
  },
  already_claimed: {
    status: 410,
    en: { title: "Already claimed", advice: "Sign in with an admin key." },
    zh: { title: "已完成初始化认领", advice: "请使用管理员密钥登录。" },
  },
} as const satisfies Catalogue;
