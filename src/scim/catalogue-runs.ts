/** Why a run ended as it did, or did not believe that somebody is gone: told, never answered. */
import type { Catalogue } from "./catalogue.ts";

export const RUNS = {
  list_repeats: {
    status: 200,
    en: {
      title: "The upstream gave the same records again and again",
      advice: "Its paging doesn't work: check the URLs and their parameters. Nobody was removed.",
    },
    zh: {
      title: "上游反复返回相同的记录",
      advice: "上游分页异常，请检查 URL 及参数。未移除任何人。",
    },
  },
  upstream_cursor_expired: {
    status: 200,
    en: {
      title: "The upstream's cursor expired while the list was read",
      advice:
        "Nothing has to be done unless it happens again: then let cursors live longer there, or choose smaller pages. Nobody was removed.",
    },
    zh: {
      title: "读取过程中上游的游标已过期",
      advice: "无需处理；若再次出现，请延长上游游标的有效期或减小每页数量。未移除任何人。",
    },
  },
  list_changed: {
    status: 200,
    en: {
      title: "The upstream changed while it was read",
      advice: "Nothing has to be done: the next run reads it again. Nobody was removed.",
    },
    zh: {
      title: "读取过程中上游发生了变化",
      advice: "无需处理，下次运行会重新读取。未移除任何人。",
    },
  },
  list_incomplete: {
    status: 200,
    en: {
      title: "The upstream gave fewer or more records than it said",
      advice: "If it happens again, ask whoever runs the upstream. Nobody was removed.",
    },
    zh: {
      title: "上游返回的记录数与声明不符",
      advice: "若再次出现，请联系上游的管理者。未移除任何人。",
    },
  },
  list_inconsistent: {
    status: 200,
    en: {
      title: "A record came twice with different contents",
      advice: "The later one was kept. The next run reads them again. Nobody was removed.",
    },
    zh: {
      title: "同一记录出现两次且内容不同",
      advice: "保留了后一条，下次运行会重新读取。未移除任何人。",
    },
  },
  record_without_id: {
    status: 200,
    en: {
      title: "A record has no id",
      advice: "Give every record of the upstream an id. Nobody was removed.",
    },
    zh: { title: "存在没有 id 的记录", advice: "请为上游的每条记录设置 id。未移除任何人。" },
  },
  seen_lost: {
    status: 200,
    en: {
      title: "What the run had seen was lost",
      advice: "Nothing has to be done: the next run begins anew. Nobody was removed.",
    },
    zh: {
      title: "本次运行的读取记录已丢失",
      advice: "无需处理，下次运行会重新开始。未移除任何人。",
    },
  },
  run_stuck: {
    status: 200,
    en: {
      title: "A step of the run could not be written for two hours",
      advice:
        "It is not the upstream's doing: look at Muster's own log and database, then run again. Nobody was removed by that step.",
    },
    zh: {
      title: "运行的某一步连续两小时无法写入",
      advice: "与上游无关：请查看 Muster 自身的日志与数据库，然后重新同步。该步骤未移除任何人。",
    },
  },
  records_failed: {
    status: 200,
    en: {
      title: "Some records could not be applied",
      advice: "The list of failed records says which and why; mend them upstream and run again.",
    },
    zh: { title: "部分记录未能同步", advice: "失败明细中有原因，请在上游修正后重新同步。" },
  },
  id_changed: {
    status: 200,
    en: {
      title: "Somebody of this source has the userName under another id upstream",
      advice:
        "Nothing has to be done where it is the same person: the second full run that doesn't find the old id takes the new one over. Else give one of them another userName.",
    },
    zh: {
      title: "该用户名已属于本数据源中上游 id 不同的用户",
      advice:
        "若为同一人则无需处理：连续两次全量同步均未找到旧 id 后，会自动沿用新 id；否则请修改其中一人的用户名。",
    },
  },
  deactivation_held: {
    status: 200,
    en: {
      title: "The upstream says that they are inactive, and of many others too",
      advice: "Look at what is held: approve it if they have left, reject it if they haven't.",
    },
    zh: {
      title: "上游同时将许多人标为停用，需管理员确认",
      advice: "请查看待审批名单：确已离开则批准，否则驳回。",
    },
  },
  members_held: {
    status: 200,
    en: {
      title: "The upstream's list lacks more of the group's members than go without an admin",
      advice: "Look at what is held: approve it if they have left the group, reject it if not.",
    },
    zh: {
      title: "上游列表缺少该组的大量成员，需管理员确认",
      advice: "请查看待审批名单：确已离开该组则批准，否则驳回。",
    },
  },
  came_back: {
    status: 200,
    en: {
      title: "Seen upstream again after it was held",
      advice: "Nothing has to be done: nobody is removed who is back.",
    },
    zh: { title: "待审批后又在上游出现", advice: "无需处理：已恢复的人员不会被移除。" },
  },
  still_there: {
    status: 200,
    en: {
      title: "Not in the upstream's list, but still there by the id",
      advice:
        "Nobody was removed. Where they have left, say so upstream: delete them, or set them inactive.",
    },
    zh: {
      title: "不在上游列表中，但按 id 仍可查到",
      advice: "未移除任何人。若确已离开，请在上游删除或停用。",
    },
  },
  settings_changed: {
    status: 200,
    en: {
      title: "The settings were changed while the run went on",
      advice: "Start it again: the next run follows the new settings.",
    },
    zh: { title: "运行期间设置被修改", advice: "请重新开始，新的运行会使用新的设置。" },
  },
  people_missing: {
    status: 200,
    en: {
      title: "More people are missing upstream than may be removed at once",
      advice: "Look at the list: approve it if they have left, reject it if they haven't.",
    },
    zh: { title: "上游缺失的人员超过限额", advice: "请查看名单：确已离开则批准，否则驳回。" },
  },
  organizations_missing: {
    status: 200,
    en: {
      title: "More organizations are missing upstream than may be removed at once",
      advice: "Look at the list: approve it if they are gone, reject it if they aren't.",
    },
    zh: { title: "上游缺失的组织超过限额", advice: "请查看名单：确已撤销则批准，否则驳回。" },
  },
  source_empty: {
    status: 200,
    en: {
      title: "The upstream has nobody any more",
      advice: "Check its URLs and credentials. Approve only if everybody has really left.",
    },
    zh: { title: "上游已无任何人员", advice: "请检查 URL 与凭据；只有确实全部离开时才批准。" },
  },
  source_replaced: {
    status: 200,
    en: {
      title: "Most people are gone upstream, and most there are new",
      advice: "Perhaps another directory answers at its URLs. Approve only if that is meant.",
    },
    zh: {
      title: "上游大部分人员消失且大部分为新增",
      advice: "可能指向了另一个目录；确属预期时才批准。",
    },
  },
} as const satisfies Catalogue;
