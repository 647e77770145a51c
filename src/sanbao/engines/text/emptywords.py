"""Words that make no theme: empty ones, and phrases that are said about everything."""

EMPTY_ENGLISH: frozenset[str] = frozenset((
    "the", "a", "an", "and", "or", "of", "to", "in", "is", "was", "it", "i", "my", "me", "for", "not",
    "with", "that", "this", "they", "have", "had", "has", "be", "are", "on", "but", "you", "so", "no",
    "at", "we", "he", "she", "from", "as", "do", "did", "by", "just", "very", "too", "get", "got",
    "would", "could", "will", "can", "were", "been", "am", "when", "then", "than", "their", "your",
    "our", "his", "her", "its", "if", "all", "any", "there", "what", "which", "who", "how", "after",
    "before", "again", "still",
))  # fmt: skip

SAYS_NOTHING: frozenset[str] = frozenset((
    "客服", "售后", "京东", "商家", "卖家", "平台", "厂家", "商城", "手机", "空调", "电脑", "平板",
    "机器", "东西", "产品", "服务", "师傅", "安装", "维修", "问题", "情况", "发现", "出现", "一直",
    "各种", "自己", "每次", "现在", "结果", "时候", "时间", "非常", "联系", "电话", "一个", "一个月",
    "几天", "今天", "昨天", "明天", "两天", "三天", "一天", "一次", "两次", "几次", "但是", "然后",
    "后来", "最后", "不知道", "没有", "不是", "感觉", "觉得", "真的", "直接", "居然", "竟然", "已经",
    "还是", "这种", "这个", "什么", "怎么", "收到", "买的", "使用", "完全", "根本", "就是", "service",
    "phone", "support", "customer", "product", "company", "time",
))  # fmt: skip
