"""The words of 云山茶铺, a made-up tea shop. All names and stories are invented."""
# ruff: noqa: E501 - tables of words; wide characters count double

from __future__ import annotations

from typing import Final

from store.demo.words import Case, Errand, Occupation, Offer, Surname, Talk, Words
from store.records.kinds import (
    Cause,
    Channel,
    ContactType,
    Direction,
    FollowUpKind,
    Gender,
    InteractionType,
    Outcome,
    Question,
    ResolutionKind,
    Role,
    Severity,
    TicketType,
)

_COMMON: Final = (
    "王wang69 李li68 张zhang64 刘liu51 陈chen43 杨yang29 黄huang25 赵zhao25 吴wu24 周zhou23 徐xu18 孙sun17 马ma16 朱zhu15 "
    "胡hu14 郭guo14 何he13 林lin13 高gao12 罗luo12 郑zheng11 梁liang10 谢xie9 宋song9 唐tang9 许xu8 韩han8 邓deng8 冯feng8 "
    "曹cao7 彭peng7 曾zeng7 肖xiao7 田tian6 董dong6 潘pan6 袁yuan6 蔡cai6 蒋jiang6 余yu6 于yu6 杜du6 叶ye6 程cheng6 魏wei6 "
    "苏su5 吕lv5 丁ding5 任ren5 卢lu5 姚yao5 沈shen5 钟zhong5 姜jiang4 崔cui4 谭tan4 陆lu4 范fan4 汪wang4 廖liao4 石shi4 "
    "金jin4 韦wei4 贾jia4 夏xia4 付fu3 方fang3 邹zou3 熊xiong3 白bai3 孟meng3 秦qin3 邱qiu3 侯hou3 江jiang3 尹yin3 薛xue3 "
    "闫yan3 段duan3 雷lei3 龙long3 黎li3 史shi3 陶tao2 贺he2 毛mao2 郝hao2 顾gu2 龚gong2 邵shao2 万wan2 覃qin2 武wu2 钱qian2 "
    "戴dai2 严yan2 莫mo2 孔kong2 向xiang2 常chang2 温wen2 康kang2 施shi2 文wen2 牛niu2 樊fan1 葛ge1 邢xing1 安an1 "
    "齐qi1 易yi1 乔qiao1 伍wu1 庞pang1 颜yan1 倪ni1 庄zhuang1 聂nie1 章zhang1 鲁lu1 岳yue1 翟zhai1 申shen1 殷yin1 詹zhan1"
)
_RARE: Final = "单shan1 曾zeng1 解xie1 仇qiu1 查zha1 尉迟yuchi1 欧阳ouyang1 上官shangguan1 区ou1 盖ge1 乐yue1 朴piao1 司马sima1"


_MOBILE: Final = (
    "130 131 132 133 134 135 135 136 136 137 137 138 138 138 139 139 139 150 151 152 153 155 156 157 158 158 159 "
    "166 173 176 177 178 180 181 182 183 185 186 186 187 188 188 189 189 191 198 199"
)
"""Beginnings of mobile numbers, the common ones more often."""


def _surnames(table: str) -> tuple[Surname, ...]:
    """Surnames out of the table above: characters, sound, how many among two thousand."""
    found = []
    for entry in table.split():
        written = entry.rstrip("0123456789abcdefghijklmnopqrstuvwxyz")
        latin = entry.removeprefix(written).rstrip("0123456789")
        found.append(Surname(written, latin, int(entry.removeprefix(written + latin))))
    return tuple(found)


_F, _M = Gender.FEMALE, Gender.MALE
_GIVEN: Final = {
    (_F, 0): "秀英 桂兰 玉珍 淑华 秀兰 凤英 桂芳 玉兰 秀珍 淑珍 春梅 素芬 月娥 惠珍 美云 雪梅 翠花 爱华 金凤 玉梅 素云 彩霞 淑琴 桂香 慧芳 建英",
    (_F, 1): "丽 敏 静 燕 艳 娟 芳 霞 红 玲 萍 丹 梅 琳 晓燕 丽娜 海燕 红梅 雪琴 文娟 春燕 小红 丽华 志红 晓丽 秋菊 美玲 玉洁 "
    "晓霞 佳丽 慧敏 艳红 冬梅 巧云 莉莉 雅琴 倩 婷 颖 洁",
    (_F, 2): "婷婷 欣怡 梦瑶 雨桐 思雨 佳怡 诗涵 紫萱 可欣 雅雯 嘉宁 若曦 子涵 语嫣 晓彤 依诺 梓萱 静怡 心怡 雨欣 一诺 安琪 芷若 "
    "宁 悦 琪 雯 桐 舒雅 知夏 念慈 书瑶",
    (_M, 0): "建国 建华 国强 志明 德华 福生 永贵 水生 大勇 国平 卫东 援朝 国华 明德 金水 来福 世昌 长根 宝山 炳坤 文忠 振兴 家声 光荣",
    (_M, 1): "伟 强 磊 军 勇 杰 涛 超 明 辉 鹏 斌 波 刚 健 志强 海涛 文斌 建军 晓东 永刚 俊峰 国栋 立新 少华 春生 玉成 德胜 向东 "
    "志远 海波 大伟 宏伟 一鸣 学军 正阳 家豪 卫国 振宇 峰",
    (_M, 2): "浩然 子轩 宇航 俊杰 博文 嘉豪 天佑 梓豪 明轩 逸飞 思源 泽宇 皓宇 晨曦 文昊 一凡 景行 致远 子墨 承泽 睿 昊 凯 宁 岩 "
    "嘉树 修远 鹤鸣",
}  # fmt: skip

_IN, _OUT = Direction.IN, Direction.OUT
_CALL, _CHAT, _VISIT = InteractionType.CALL, InteractionType.WECHAT, InteractionType.VISIT_IN
_TALKS: Final = (
    Talk(_CALL, _IN, Outcome.ORDERED, 1, "来电要{product}，老规格，下午自己来取"),
    Talk(_CALL, _IN, Outcome.ORDERED, 1, "给客户送礼，{product}两份，要礼盒，发票开公司抬头"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "问{product}还有没有货，有，给留了一份"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "问今天几点关门，说九点前都在"),
    Talk(_CALL, _IN, Outcome.THINKING, 0, "嫌{product}涨价，说再比比，没有催"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "问{product}怎么泡，教了水温和出汤时间"),
    Talk(_CALL, _IN, Outcome.OTHER, 0, "替朋友打听团购价，报了十份以上的价"),
    Talk(_CALL, _OUT, Outcome.SOLVED, 1, "回访，说上次的{product}回甘好，家里老人也爱喝"),
    Talk(_CALL, _OUT, Outcome.SOLVED, 0, "通知到货，说周末过来"),
    Talk(_CALL, _OUT, Outcome.NO_ANSWER, 0, "没人接"),
    Talk(_CALL, _OUT, Outcome.NO_ANSWER, 0, "响了很久没接，改发微信"),
    Talk(_CALL, _OUT, Outcome.BUSY, 0, "占线，晚点再打"),
    Talk(_CALL, _OUT, Outcome.BUSY, 0, "在开会，让下午四点以后再打"),
    Talk(_CALL, _OUT, Outcome.REFUSED, -1, "暂时不需要，说有需要会自己来"),
    Talk(_CALL, _OUT, Outcome.THINKING, 0, "介绍了新到的{product}，有兴趣，要先看看样"),
    Talk(_CALL, _OUT, Outcome.ORDERED, 2, "说正好快喝完了，{product}照旧来一份，明天顺丰"),
    Talk(_CHAT, _IN, Outcome.ORDERED, 1, "微信下单{product}，已收款"),
    Talk(_CHAT, _IN, Outcome.SOLVED, 0, "发来订单截图问到哪了，查了单号告诉他"),
    Talk(_CHAT, _IN, Outcome.SOLVED, 1, "发了泡好的照片，说汤色漂亮"),
    Talk(_CHAT, _IN, Outcome.FOLLOW_UP, 0, "要{product}的价目表，回头整理好发过去"),
    Talk(_CHAT, _IN, Outcome.THINKING, 0, "问能不能再优惠点，送了两包试饮，没降价"),
    Talk(_CHAT, _OUT, Outcome.SOLVED, 0, "发了春茶上新的图，回了个笑脸"),
    Talk(_CHAT, _OUT, Outcome.SOLVED, 1, "节日问候，对方回祝生意兴隆"),
    Talk(_CHAT, _OUT, Outcome.OTHER, 0, "发了茶会邀请，说看时间"),
    Talk(_VISIT, _IN, Outcome.ORDERED, 1, "到店坐了半小时，试了三款，买了{product}"),
    Talk(_VISIT, _IN, Outcome.SOLVED, 1, "路过进来喝杯茶，聊了聊孩子高考"),
    Talk(_VISIT, _IN, Outcome.ORDERED, 2, "带朋友来，朋友也买了{product}，要记得谢他介绍"),
    Talk(_VISIT, _IN, Outcome.SOLVED, 0, "来取存茶，还剩两饼"),
    Talk(_VISIT, _IN, Outcome.COMPLAINT, -1, "说上次那包{product}有点受潮，当场换了一包新的"),
    Talk(_VISIT, _IN, Outcome.THINKING, 0, "看紫砂壶看了很久，没定，说回家商量"),
)

_ERRANDS: Final = (
    Errand(FollowUpKind.CALL, "回电报团购价", "公司年会要三十份伴手礼，问价", "今天一定给您准价"),
    Errand(FollowUpKind.SEND, "寄两款岩茶样品", "想先尝尝再定，要肉桂和水仙", "样品明天寄出"),
    Errand(FollowUpKind.CALL, "问新壶用得怎样", "上周买的紫砂壶，第一次养壶"),
    Errand(FollowUpKind.PREPARE, "备好两饼老白茶，写好贺卡", "周末去看岳父，要包得体面些", "您来之前一定包好"),
    Errand(FollowUpKind.MESSAGE, "发今年明前龙井的价目", "问明前茶什么时候到、什么价", "价格一出来第一个告诉您"),
    Errand(FollowUpKind.CALL, "到货通知：凤凰单丛蜜兰香", "来两次都没买到蜜兰香", "到货当天就给您打电话"),
    Errand(FollowUpKind.SEND, "补寄漏发的试饮包", "说包裹里少了两包试饮", "今天就补寄"),
    Errand(FollowUpKind.VISIT, "上门取回要换的茶具", "盖碗有磕口，要换", "周内上门来取"),
    Errand(FollowUpKind.CALL, "会员余额快用完，提醒充值", "余额还剩不到五十"),
    Errand(FollowUpKind.GIFT, "准备生日小礼", "过两天生日，老客户了"),
    Errand(FollowUpKind.CALL, "确认茶会人数", "报了周六的茶会，不知带几个人"),
    Errand(FollowUpKind.INTERNAL, "找财务补开发票", "要补开上个月的发票，抬头已发", "三天内开好发您"),
    Errand(FollowUpKind.CALL, "问存茶要不要取", "存了两饼普洱快一年了"),
    Errand(FollowUpKind.SURVEY, "新客第一次回访", "第一次来，朋友介绍的"),
    Errand(FollowUpKind.MESSAGE, "发冲泡视频", "总说泡出来发苦，可能水太烫", "晚上把视频发给您"),
    Errand(FollowUpKind.CALL, "确认办公室月供清单", "办公室每月用茶，下月想换个口味"),
)  # fmt: skip

_CASES: Final = (
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.SAFETY, "茶包里有异物",
        "客户来电，说茶包里喝出一小段塑料线，孩子差点咽下去，很生气，已拍照。", "茉莉花茶茶包",
        (Cause.GOODS,),
        {Question.EVENT: "泡第二道时发现杯里有塑料线", Question.GOODS: "茉莉花茶茶包，上周五买的", Question.WISH: "要说法，要查是不是整批有问题"},
        (Offer(ResolutionKind.REFUND, "全额退款，整盒收回送检", 6800),),
    ),
    Case(
        TicketType.COMPLAINT, Channel.WECHAT, Severity.HIGH, "答应的到货没通知，白跑一趟",
        "说好到货打电话，没人打，今天自己跑来又没货，说我们说话不算数。", "凤凰单丛 蜜兰香",
        (Cause.BROKEN_PROMISE, Cause.NOT_HEARD),
        {Question.EVENT: "等了两周没有电话", Question.WHY: "跑了两趟都没买到", Question.GUIDE: "当时是小陈接的电话"},
    ),
    Case(
        TicketType.EXCHANGE, Channel.STORE, Severity.NORMAL, "盖碗磕口要换",
        "开箱就有磕口，客户没用过，要求换一只。", "青花盖碗", (Cause.GOODS,),
        {Question.GOODS: "青花盖碗，有小票", Question.WISH: "换一只同款"},
        (Offer(ResolutionKind.EXCHANGE, "换同款新的，送一条茶巾"),),
    ),
    Case(
        TicketType.COMPLAINT, Channel.DOUYIN, Severity.NORMAL, "快递破损，茶叶洒了",
        "抖音订单，外箱压坏，一罐茶洒了大半，客户给了差评前先来问。", "正山小种",
        (Cause.DELAY, Cause.GOODS),
        {Question.HOW: "收到时外箱已压扁", Question.WISH: "补发，或退一半"},
        (Offer(ResolutionKind.REFUND, "退一半", 9400), Offer(ResolutionKind.EXCHANGE, "当天补发一罐")),
        "外箱太薄，没有气泡膜", "单罐一律加气泡膜和硬角",
    ),
    Case(
        TicketType.REPAIR, Channel.STORE, Severity.LOW, "紫砂壶盖裂了想修",
        "自己摔的，问能不能配一个盖。", "朱泥小壶", (),
        {Question.WISH: "配盖，愿意付钱"},
        (Offer(ResolutionKind.REPAIR, "寄回师傅处配盖，约三周", 12000),),
        "客户自己摔坏", "",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.NORMAL, "店员态度冷淡",
        "说周日下午来店，没人招呼，问价也爱答不理。", "", (Cause.SERVICE, Cause.ARROGANT),
        {Question.GUIDE: "戴眼镜的男店员", Question.OLD_NEW: "老客户，来了三年"},
        (Offer(ResolutionKind.APOLOGY, "店长电话道歉"), Offer(ResolutionKind.GIFT, "送一份试饮礼包")),
        "周日下午只有一个人看店", "周末下午排两个人",
    ),
    Case(
        TicketType.RETURN, Channel.TAOBAO, Severity.LOW, "七天无理由退货",
        "拍错规格，未拆封，申请退货。", "安吉白茶", (), None,
        (Offer(ResolutionKind.REFUND, "收到退货后原路退款", 16800),), "页面规格写得不清楚", "主图加上净含量",
    ),
    Case(
        TicketType.SUGGESTION, Channel.BOOK, Severity.LOW, "希望有小包装",
        "意见簿留言：一个人喝不完一斤，希望有五十克的小包装。", "", (), None,
        (Offer(ResolutionKind.EXPLAIN, "下月起出五十克装"),), "", "",
    ),
    Case(
        TicketType.COMPLAINT, Channel.REGULATOR, Severity.HIGH, "价格标签与收银不符",
        "客户向12315反映：标签写128，收银收了138。", "熟普 七子饼", (Cause.SERVICE, Cause.GOODS),
        {Question.EVENT: "标签没换，系统已调价", Question.WISH: "退差价并道歉"},
        (Offer(ResolutionKind.REFUND, "退差价并赔偿", 3000),), "调价后忘了换标签", "调价当天两人核对标签",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.LOW, "重复登记",
        "和前一张是同一件事，登记了两次。", "", (), None, (), "", "", "与前一张工单重复",
    ),
    Case(
        TicketType.PRAISE, Channel.WECHAT, Severity.LOW, "表扬小何耐心",
        "说小何教她母亲泡茶教了半个钟头，特地来表扬。", "", (), None, (), "", "",
    ),
    Case(
        TicketType.INQUIRY, Channel.WECHAT, Severity.LOW, "企业采购能否月结",
        "公司每月固定要茶，问能不能月结、要哪些资料。", "", (),
        {Question.WISH: "月结，专票"},
    ),
)  # fmt: skip

_SMALL_CASES: Final = (
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.LOW, "少发一包", "清单三包，只收到两包。", "安吉白茶",
        (Cause.SERVICE,), None, (Offer(ResolutionKind.EXCHANGE, "当天补发一包"),), "打包没核对", "打包后拍照",
    ),
    Case(
        TicketType.COMPLAINT, Channel.STORE, Severity.NORMAL, "等了半小时没人理", "周六人多，等了半小时没人招呼。", "",
        (Cause.SERVICE, Cause.DELAY), None, (Offer(ResolutionKind.APOLOGY, "当面道歉，送茶点"),), "人手不够", "周六加一人",
    ),
    Case(
        TicketType.REFUND, Channel.TAOBAO, Severity.NORMAL, "和图片不一样", "说汤色比图片深，要退款。", "桂花乌龙",
        (Cause.GOODS,), None, (Offer(ResolutionKind.REFUND, "退货退款", 5800),), "图片调色过头", "重拍主图",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.NORMAL, "茶叶受潮", "开封有潮味，泡出来发闷。", "龙井",
        (Cause.GOODS,), None, (Offer(ResolutionKind.EXCHANGE, "换一包新的"),), "仓库返潮", "加干燥剂，按周检查",
    ),
    Case(
        TicketType.COMPLAINT, Channel.WECHAT, Severity.LOW, "送货晚了一天", "说好周三到，周四才到。", "",
        (Cause.DELAY,), None, (Offer(ResolutionKind.COUPON, "送一张二十元券", 2000),), "快递爆仓", "",
    ),
    Case(
        TicketType.EXCHANGE, Channel.STORE, Severity.LOW, "口味不合想换", "太浓，想换清淡的。", "",
        (), None, (Offer(ResolutionKind.EXCHANGE, "换成白茶，补差价"),), "", "",
    ),
)  # fmt: skip

WORDS: Final = Words(
    shop_name="云山茶铺",
    currency="CNY",
    time_zone="Asia/Shanghai",
    region="CN",
    staff=(
        ("mei", "梅若兰", Role.OWNER),
        ("xiaohe", "何小满", Role.MANAGER),
        ("achen", "陈阿强", Role.CLERK),
        ("lin", "林知秋", Role.CLERK),
    ),
    full_name="{surname}{given}",
    surnames=_surnames(_COMMON),
    rare_surnames=_surnames(_RARE),
    given={key: tuple(names.split()) for key, names in _GIVEN.items()},
    corrected=("盖长乐", "ge chang le", "老盖"),
    call_as={
        (_F, 0): ("{surname}阿姨", "{surname}大姐", "{surname}老师"),
        (_F, 1): ("{surname}姐", "{surname}女士", "{surname}姐"),
        (_F, 2): ("小{surname}", "{given}", "{surname}小姐"),
        (_M, 0): ("{surname}叔", "老{surname}", "{surname}师傅"),
        (_M, 1): ("{surname}哥", "{surname}先生", "老{surname}"),
        (_M, 2): ("小{surname}", "{given}", "{surname}先生"),
    },
    occupations=(
        Occupation("饭店老板", "{surname}老板", (0, 1)), Occupation("中学老师", "{surname}老师", (1, 2)), Occupation("医生", "{surname}医生"),
        Occupation("公司经理", "{surname}总", (0, 1)), Occupation("建材店老板", "{surname}老板", (0, 1)), Occupation("律师", "{surname}律师", (1,)),
        Occupation("退休", "", (0,)), Occupation("退休", "", (0,)), Occupation("退休教师", "{surname}老师", (0,)), Occupation("会计"),
        Occupation("程序员", "", (1, 2)), Occupation("出租车司机", "{surname}师傅", (0, 1)), Occupation("设计师", "", (1, 2)),
        Occupation("公务员", "", (1, 2)), Occupation("全职带娃", "", (1, 2)), Occupation("大学生", "", (2,)), Occupation("服装店老板", "{surname}老板"),
        Occupation("护士", "", (1, 2)), Occupation("书法老师", "{surname}老师", (0, 1)), Occupation("民宿老板", "{surname}老板", (1, 2)),
    ),
    companies=(
        ("明远", "恒达", "东篱", "天和", "瑞丰", "青禾", "海纳", "嘉和", "鼎新", "山海", "一诺", "百川", "同舟", "若水"),
        ("商贸", "装饰", "广告", "科技", "酒店", "五金", "服饰", "文化", "餐饮", "物流", "会计师事务所", "律师事务所"),
        ("有限公司", "有限公司", ""),
    ),
    mobile=tuple(f"+86{prefix}" for prefix in _MOBILE.split()),
    mobile_digits=8,
    landline="+8657186",
    streets=("云溪路", "翠竹街", "南塘巷", "桂花弄", "文昌路", "清河坊", "望江路", "白鹭街", "梧桐里", "老码头街", "新安路", "晒布巷"),
    address="{street}{number}号{house}幢{room}室",
    handles=("cha", "qing", "yunshan", "xiaoxiao", "mu", "feng", "88", "happy", "sunny", "sky", "lv", "yiyi", "520", "ya"),
    handle_type=ContactType.WECHAT,
    handle="{name}_{word}",
    channels=(
        *(Channel.STORE,) * 11, *(Channel.WECHAT,) * 4, *(Channel.PHONE,) * 2, Channel.TAOBAO, Channel.DOUYIN, Channel.MEITUAN,
    ),
    tags=("熟客", "岩茶", "普洱", "白茶", "绿茶", "送礼", "企业采购", "团购", "周末常来", "存茶", "茶具", "爱砍价", "外地", "怕苦", "会员", "茶会"),
    red_notes=(
        "花生过敏，试吃点心先问", "上次欠款380未结，先收款再发货", "中午12点到2点不要打电话", "只认小何，别人别推荐", "发货必须先电话确认地址",
        "心脏不好，不推浓茶", "价格只报含票价",
    ),
    notes=("住得近，常走路来", "家里有两位老人", "喜欢聊历史", "开车来，门口帮留车位", "朋友圈常帮我们转发", "对包装要求高", "不喜欢被推销"),
    habits=("{product}半斤，分小包", "{product}，旧罐续装", "{product}两份，一份送人", "{product}，老样子，少放点", "{product}，另加一包试饮"),
    products=(
        ("西湖龙井", 26800), ("安吉白茶", 16800), ("碧螺春", 19800), ("凤凰单丛 蜜兰香", 23800), ("武夷肉桂", 32800), ("武夷水仙", 18800),
        ("正山小种", 18800), ("金骏眉", 39800), ("熟普 七子饼", 12800), ("生普 古树", 45800), ("白毫银针", 36800), ("寿眉老白茶", 9800),
        ("铁观音", 15800), ("茉莉花茶茶包", 6800), ("桂花乌龙", 5800), ("陈皮普洱", 8800), ("六堡茶", 11800), ("茶点礼盒", 8800),
        ("青花盖碗", 12800), ("朱泥小壶", 58000), ("公道杯", 4800), ("试饮包", 990),
    ),
    teas=13,
    fact_names=("积分", "余额", "会员等级"),
    levels=("普通", "银卡", "金卡"),
    sheet="旧会员表.xlsx",
    purchase_notes=("", "", "", "", "要礼盒", "开了发票", "自提", "顺丰到付", "分装五小包", "帮同事带"),
    talks=_TALKS,
    errands=_ERRANDS,
    small_errands=("回访口感", "到货通知", "节日问候", "提醒取存茶", "发价目表", "问快递收到没有"),
    small_cases=_SMALL_CASES,
    cases=_CASES,
    remarks=("已电话致歉，等客户消息", "仓库同批次已下架", "客户说下班后再联系", "店长已知道"),
    done_results=("已联系，客户满意", "已发", "说周末来", "没接，已留言", "办好了"),
    family_note="一家人共用这个号码，先问是谁",
    switchboard_note="总机转分机",
)  # fmt: skip
