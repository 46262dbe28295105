/** What the rules of data sources, tokens and keys refuse. */
import type { Catalogue } from "./catalogue.ts";

export const SETTINGS = {
  token_limit_reached: {
    status: 409,
    en: {
      title: "A third token can't be made",
      advice: "Disable and delete one first, or rotate it with overlapHours 0.",
    },
    zh: { title: "最多只能有两个令牌", advice: "请先停用并删除一个，或以 overlapHours 0 轮换。" },
  },
  last_enabled_token: {
    status: 409,
    en: {
      title: "The last token that works can't be disabled",
      advice: "Add another token first, then disable this one.",
    },
    zh: { title: "不能停用最后一个有效令牌", advice: "请先添加另一个令牌，再停用此令牌。" },
  },
  disable_first: {
    status: 409,
    en: { title: "It is still enabled", advice: "Disable it, then delete it." },
    zh: { title: "仍处于启用状态", advice: "请先停用，再删除。" },
  },
  name_mismatch: {
    status: 409,
    en: {
      title: "The name doesn't match",
      advice: "Repeat the name exactly, to confirm what is going to be deleted.",
    },
    zh: { title: "名称不一致", advice: "请准确输入名称，以确认要删除的对象。" },
  },
  passwords_discarded: {
    status: 409,
    en: {
      title: "Passwords aren't kept",
      advice: "Set the directory's password policy to `hash` before passwords arrive.",
    },
    zh: { title: "此目录不保存密码", advice: "请在密码到达之前，将目录的密码策略设为 `hash`。" },
  },
  mode_immutable: {
    status: 409,
    en: {
      title: "A data source never changes its mode",
      advice: "Create another data source with the other mode.",
    },
    zh: { title: "数据源的模式不可更改", advice: "请以另一种模式新建数据源。" },
  },
  source_type_unsupported: {
    status: 422,
    en: { title: "This type isn't supported", advice: "Choose scim." },
    zh: { title: "不支持该类型", advice: "请选择 scim。" },
  },
  kind_not_supported: {
    status: 422,
    en: { title: "This kind isn't supported", advice: "Choose standard or custom." },
    zh: { title: "不支持该种类", advice: "请选择 standard 或 custom。" },
  },
  hold_replaced: {
    status: 409,
    en: {
      title: "The hold has another set by now",
      advice: "Look at it again: more was added, or a newer run has replaced it.",
    },
    zh: { title: "待确认的移除已变化", advice: "请重新查看：其中有新增，或已被更新的同步替换。" },
  },
  last_owner_key: {
    status: 409,
    en: { title: "The last owner's key has to stay", advice: "Make another owner's key first." },
    zh: { title: "最后一个所有者密钥必须保留", advice: "请先创建另一个所有者密钥。" },
  },
  key_revoked: {
    status: 409,
    en: {
      title: "The key was revoked",
      advice: "Make a new key: a revoked one never works again.",
    },
    zh: { title: "密钥已吊销", advice: "请创建新密钥：已吊销的密钥无法恢复。" },
  },
  shard_not_bound: {
    status: 422,
    en: {
      title: "There is no such shard",
      advice: "Bind its database as DB_ and the shard's code, then apply the migrations.",
    },
    zh: { title: "不存在该分片", advice: "请以 DB_ 加分片代码绑定其数据库，然后执行迁移。" },
  },
  target_out_of_scope: {
    status: 409,
    en: {
      title: "The target has to be inside the scope",
      advice: "Choose a target inside the scope, or change the target before the scope.",
    },
    zh: {
      title: "同步目标必须在同步范围内",
      advice: "请选择范围内的目标，或先修改目标再修改范围。",
    },
  },
} as const satisfies Catalogue;
