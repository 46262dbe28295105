/** What is refused about sources that are pulled, and about their runs. */
import type { Catalogue } from "./catalogue.ts";

export const PULLS = {
  not_a_pull_source: {
    status: 409,
    en: {
      title: "The data source isn't pulled",
      advice: "What is pushed comes when its client sends it: start the synchronization there.",
    },
    zh: { title: "该数据源不是拉取模式", advice: "推送的数据由客户端发送：请在客户端发起同步。" },
  },
  not_a_push_source: {
    status: 409,
    en: {
      title: "The data source is pulled",
      advice:
        "It takes no pushes, so it has no tokens and no open API; make a push source for that.",
    },
    zh: {
      title: "该数据源为拉取模式",
      advice: "它不接收推送，因此没有令牌，也不开放接口；如需推送，请新建推送数据源。",
    },
  },
  source_is_pulled: {
    status: 403,
    en: {
      title: "The data source takes no pushes",
      advice: "It reads its upstream by itself; push to the URL of a push source.",
    },
    zh: { title: "该数据源不接收推送", advice: "它会自行读取上游；请推送到推送数据源的地址。" },
  },
  upstream_secret_needed: {
    status: 409,
    en: {
      title: "The secret of the upstream has to be given",
      advice: "Send clientSecret or token along: it is sealed for the addresses it is sent to.",
    },
    zh: {
      title: "需要提供上游密钥",
      advice: "请同时提供 clientSecret 或 token：密钥与其发送地址绑定加密。",
    },
  },
  run_in_progress: {
    status: 409,
    en: {
      title: "A run is going on",
      advice: "Wait for its end, or cancel it; then start another.",
    },
    zh: { title: "已有同步正在进行", advice: "请等待其结束或取消，然后再发起。" },
  },
  run_ended: {
    status: 409,
    en: { title: "The run has ended", advice: "Look at its result, or start another." },
    zh: { title: "该次同步已结束", advice: "请查看其结果，或重新发起同步。" },
  },
  people_confirmation_needed: {
    status: 409,
    en: {
      title: "So many people have to be meant",
      advice: "Repeat the request with confirmPeople and the number of people that detail names.",
    },
    zh: {
      title: "涉及人员较多，需要确认",
      advice: "请在请求中加上 confirmPeople 及 detail 中给出的人数。",
    },
  },
} as const satisfies Catalogue;
