"""The words by which columns are known, in Chinese and English, of the programs whose files shops have.

Each word is written as `headers.plain` leaves it: small letters, half width, without blanks and punctuation.
"""

from __future__ import annotations

import re

Words = dict[str, str]


def _words(table: dict[str, str]) -> Words:
    """From field to words set apart by blanks, to word to field."""
    return {word: field for field, words in table.items() for word in words.split()}


PERSON = {
    "id": """id 会员号 会员编号 会员id 会员卡号 卡号 编号  客户编号 客户id 客户代码 用户id
        用户编号 买家id 买家会员名 顾客编号 顾客id memberid memberno membernumber memberno. cardno
        cardnumber customerid customerno customercode clientid userid accountnumber externalid
        numberelsewhere 其他系统编号 外部编号 留言用户 工号id""",
    "number": "customernumber 客户号 crm编号 crmnumber",
    "name": """姓名 名称 名字 客户姓名 客户名称 客户名 客户 会员姓名 会员名称 会员名 会员 顾客姓名 顾客
        用户姓名 用户名称 真实姓名 联系人 联系人姓名 收货人 收货人姓名 收件人 买家姓名 全名 name
        fullname customername customer clientname client membername member displayname contactname
        contact fileas""",
    "phone": """电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 联系手机 客户手机号 客户手机
        客户电话 会员手机 会员手机号 会员电话 移动电话 收货人手机 收货人电话 收件人电话 买家手机
        顾客电话 注册手机号 绑定手机 手机1 手机2 电话1 电话2 备用电话 备用手机 其他电话 主要电话 回电话
        车载电话 无绳电话 tel telephone phone phonenumber phoneno mobile mobilephone mobilenumber
        mobileno cell cellphone cellnumber primaryphone otherphone callback carphone radiophone
        contactnumber contactphone""",
}
"""Who a row is about, in every kind of table."""

CUSTOMER = _words(
    {
        **PERSON,
        "family": "姓 姓氏 lastname familyname surname",
        "given": "名 firstname givenname forename",
        "middle": "中间名 middlename additionalname",
        "nick": "昵称 客户昵称 会员昵称 微信昵称 用户昵称 买家昵称 nickname shortname nick",
        "aliases": "别名 其他名称 曾用名 othernames aliases alias",
        "call_as": "称呼 尊称 formofaddress callas",
        "reading": "读音 拼音 reading pinyin",
        "kind": "客户性质 客户种类 customerkind kindofcustomer",
        "phone:home": "住宅电话 住宅电话2 家庭电话 家庭电话2 宅电 homephone homephone2 hometel homenumber",
        "phone:work": """商务电话 商务电话2 办公电话 单位电话 公司电话 单位主要电话 工作电话
            businessphone businessphone2 workphone officephone companymainphone worknumber""",
        "phone:assistant": "助理的电话 助理电话 assistantsphone assistantphone",
        "phone:fax": """传真 传真号码 商务传真 住宅传真 其他传真 fax faxnumber businessfax homefax
            otherfax workfax""",
        "phone:landline": "座机 固话 固定电话 座机号码 landline landlinephone 座机号",
        "phone:whatsapp": "whatsapp whatsapp号 whatsappnumber",
        "phone:virtual": "虚拟号 虚拟号码 隐私号 virtualnumber",
        "email": """邮箱 电子邮箱 电子邮件 邮件 邮箱地址 电子邮件地址 电子邮件2地址 电子邮件3地址
            客户邮箱 email emailaddress email2address email3address mail primaryemail secondaryemail
            emails""",
        "wechat": "微信 微信号 微信号码 客户微信 微信名 wechat wechatid weixin",
        "qq": "qq qq号 qq号码",
        "taobao": "淘宝 淘宝号 淘宝id 旺旺 旺旺号 旺旺id taobao taobaoid",
        "douyin": "抖音 抖音号 抖音id douyin tiktok",
        "xhs": "小红书 小红书号 xiaohongshu xhs",
        "weibo": "微博 微博号 weibo",
        "meituan": "美团 美团号 meituan",
        "facebook": "facebook facebookid facebookname 脸书",
        "instagram": "instagram instagramid instagramname",
        "website": "网站 网址 主页 website webpage homepage",
        "other": "其他联系方式 othercontact othercontactpoint",
        "address": """地址 联系地址 家庭地址 住址 收货地址 收件地址 详细地址 通讯地址 客户地址 会员地址
            住宅地址 address homeaddress postaladdress shippingaddress deliveryaddress fulladdress""",
        "address-part:self:country": "国家 国家地区 country",
        "address-part:self:region": "省 省份 省市 province region state 所在省份",
        "address-part:self:city": "市 城市 所在城市 city town",
        "address-part:self:district": "区 县 区县 district county 所在区县",
        "address-part:self:street1": "街道 街道地址 street streetaddress",
        "address-part:self:zip": "邮编 邮政编码 zip zipcode postcode postalcode",
        "address:work": """公司地址 单位地址 商务地址 办公地址 businessaddress workaddress
            companyaddress officeaddress""",
        "address:other": "其他地址 otheraddress",
        "birthday": """生日 出生日期 出生年月 出生年月日 客户生日 会员生日 birthday birthdate
            dateofbirth dob bday born""",
        "birth_year": "birthyear 出生年",
        "birth_month": "birthmonth 出生月",
        "birth_day": "birthday_day 出生日",
        "date:wedding": "纪念日 结婚纪念日 anniversary weddinganniversary wedding",
        "date": "date 日期",
        "gender": "性别 客户性别 gender sex",
        "company": """公司 单位 公司名称 单位名称 工作单位 企业 所属公司 organization organisation
            company companyname organizationname organization1name org employer""",
        "occupation": """职业 职务 职位 职称 工作 occupation profession jobtitle organizationtitle
            organization1title""",
        "note": """备注 附注 客户备注 会员备注 说明 注释 描述 note notes remark remarks comment comments
            memo description""",
        "tags": """标签 客户标签 会员标签 分组 分类 类别 组别 tags tag labels label groupmembership
            categories category groups group""",
        "owner": "负责人 跟进人 所属导购 专属导购 导购 维护人 owner lookedafterby accountmanager salesrep",
        "source": "来源 客户来源 会员来源 渠道来源 获客渠道 source leadsource customersource",
        "usual_order": "老样子 常点 常买 usualorder",
        "red_note": "红色提醒 警示 注意事项 rednote warning",
        "temperament": "性格 客户性格 temperament",
        "status": "客户状态 customerstatus",
        "referrer": "介绍人编号 referredbynumber",
    }
)

PURCHASE = _words(
    {
        **PERSON,
        "phone:any": "商务电话 住宅电话 座机 固话 workphone homephone",
        "total": """金额 消费金额 消费额 实付金额 实付 实收 实收金额 实际支付 付款金额 支付金额
            买家实际支付金额 交易金额 成交金额 订单金额 订单总价 订单实付金额 总价 总金额 总额 合计
            应付金额 销售额 销售金额 收款金额 amount total price paid totalamount totalprice grandtotal
            ordertotal revenue sales spend spent payment amountpaid 买家应付货款""",
        "at": """时间 日期 消费时间 消费日期 交易时间 交易日期 下单时间 下单日期 订单时间 订单创建时间
            订单付款时间 付款时间 支付时间 成交时间 购买时间 购买日期 销售日期 销售时间 date time
            datetime orderdate ordertime orderedat purchasedate purchasetime purchasedat transactiondate
            transactiontime invoicedate saledate createdat paidat""",
        "order_no": """订单号 订单编号 单号 交易号 交易单号 流水号 小票号 消费单号 销售单号 orderno
            orderid ordernumber order invoice invoiceno invoicenumber receiptno receiptnumber
            transactionid transactionno""",
        "note": """备注 说明 订单备注 买家留言 卖家备注 商家备注 消费备注 note notes remark remarks
            comment comments memo description""",
        "item": """商品 商品名称 商品名 品名 产品 产品名称 宝贝标题 货品名称 项目 消费项目 服务项目
            商品标题 product productname item itemname goods article sku service items""",
        "quantity": "数量 件数 购买数量 商品数量 宝贝总数量 quantity qty units count",
        "price": "单价 商品单价 商品价格 售价 unitprice itemprice",
        "returned": "退款金额 退货金额 退款 returnedamount refundamount refund refunded",
        "channel": "渠道 销售渠道 来源渠道 平台 订单来源 channel saleschannel platform",
        "staff": "员工 收银员 导购 营业员 销售员 操作员 经手人 staff cashier clerk salesperson operator",
        "feedback": "评价 评分 feedback rating",
        "state": "订单状态 交易状态 支付状态 状态 orderstatus status paymentstatus state",
        "family": "lastname familyname surname",
        "given": "firstname givenname forename",
        "email": "email emailaddress 邮箱",
    }
)

TICKET = _words(
    {
        **PERSON,
        "subject": "主题 标题 留言主题 投诉主题 问题 投诉标题 subject title issue summary topic",
        "type": "类型 工单类型 反馈类型 投诉类型 type tickettype kind",
        "at": """时间 日期 投诉时间 投诉日期 留言时间 反馈时间 创建时间 提交时间 opened openedat date
            time created createdat datereceived createdate submittedat datecreated""",
        "resolved": "解决时间 完成时间 答复时间 处理时间 resolved resolvedat answeredat",
        "closed": "关闭时间 closed closedat",
        "state": "状态 处理状态 工单状态 state status ticketstatus",
        "text": """内容 详情 投诉内容 留言详情 留言内容 反馈内容 问题描述 描述 备注 text body details
            description message consumercomplaintnarrative narrative content note notes""",
        "severity": "严重程度 优先级 紧急程度 severity priority",
        "channel": "渠道 来源 投诉渠道 channel source submittedvia",
        "product": "产品 商品 产品名称 商品名称 product productname goods",
        "order_no": "订单号 订单编号 orderno orderid ordernumber order",
        "assignee": "负责人 处理人 受理人 经办人 assignee assignedto agent owner",
        "ticket_no": """工单号 工单编号 投诉编号 留言编号 编号 ticket ticketno ticketid ticketnumber
            complaintid caseno caseid""",
        "resolution": """处理结果 处理方案 答复意见 回复内容 resolution answer reply
            companyresponsetoconsumer""",
        "satisfaction": "满意度 satisfaction",
    }
)

NUMBERED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (r"(?:phone|电话)(\d+)(?:value|值)", "phone"),
        (r"(?:phone|电话)(\d+)(?:type|label|类型|标签)", "phone-label"),
        (r"(?:email|电子邮件)(\d+)(?:value|值)", "email"),
        (r"(?:email|电子邮件)(\d+)(?:type|label|类型|标签)", "email-label"),
        (r"(?:address|地址)(\d+)(?:formatted|格式化)", "address"),
        (r"(?:address|地址)(\d+)(?:type|label|类型|标签)", "address-label"),
        (r"address(\d+)(street|city|region|postalcode|country|extendedaddress|pobox)", "address-part"),
        (r"(?:im)(\d+)value", "other"),
        (r"(?:website|网站|网址|主页)(\d+)(?:value|值)?", "website"),
        (r"organization(\d+)name", "company"),
        (r"organization(\d+)title", "occupation"),
        (r"(?:email|e-mail|邮箱|电子邮箱)(\d+)", "email"),
        (r"(?:phone|tel|mobile|手机|手机号|电话|联系电话)(\d+)", "phone"),
        (r"(?:address|地址)(\d+)", "address"),
    )
)
"""Columns that come in groups, as Google Contacts numbers them. The first group of the pattern is the number."""

ADDRESS_PART = re.compile(
    r"(商务地址|住宅地址|其他地址|business|home|other|work)(?:address)?"
    r"(街道[23]?|市县|省市自治区|邮政编码|国家地区|邮箱|street[23]?|city|state|postalcode|zipcode|zip|countryregion|country|pobox|2)"
)
"""Outlook and Thunderbird give an address in parts."""

PARTS = {
    "国家地区": "country", "countryregion": "country", "country": "country",
    "省市自治区": "region", "state": "region", "region": "region",
    "市县": "city", "city": "city",
    "街道": "street1", "street": "street1", "街道2": "street2", "street2": "street2", "2": "street2",
    "街道3": "street3", "street3": "street3", "extendedaddress": "street2", "邮箱": "pobox", "pobox": "pobox",
    "邮政编码": "zip", "postalcode": "zip", "zipcode": "zip", "zip": "zip",
}  # fmt: skip
"""Parts of an address, by the words for them."""

GROUP_LABELS = {
    "商务地址": "work", "business": "work", "work": "work", "住宅地址": "home", "home": "home",
    "其他地址": "self", "other": "self",
}  # fmt: skip

WHOSE = re.compile(r"会员|客户|顾客|用户|买家|卡号|member|customer|client|user|card|account")
"""What is in the header of a customer's number, where another number stands beside it."""

IGNORED = frozenset(
    """序号 敏感度 优先级 私有 语言 目录服务器 电子邮件类型 电子邮件显示名称 电子邮件2类型 电子邮件2显示名
    电子邮件3类型 电子邮件3显示名 internet忙闲 缩写 记帐信息 里程 初始 首字母 sensitivity priority
    private language directoryserver emailtype emaildisplayname email2type email2displayname email3type
    email3displayname internetfreebusy initials billinginformation mileage photo organization1type
    organization1yominame yominame givennameyomi additionalnameyomi familynameyomi phoneticfirstname
    phoneticmiddlename phoneticlastname namesuffix nameprefix givenyomi surnameyomi companyyomi 失败原因
    拒绝原因 reasonforrefusal 未导入原因 skip""".split()  # noqa: SIM905 - a list of words reads better as words
)
"""Columns that say nothing about a customer: defaults written for everybody, and our own column of reasons."""

REASONS = frozenset({"reasonforrefusal", "拒绝原因", "未导入原因"})
"""Our own column in a file of refused rows."""

BOUGHT = frozenset({"total", "at", "order_no", "item", "quantity", "price", "returned", "state"})
"""What a table of purchases says of the purchase and not of its customer."""

PROFILE = frozenset(
    """birthday gender birth_year birth_month tags occupation wechat address owner source given family""".split()  # noqa: SIM905 - a list of words reads better as words
)
PROFILE_WORDS = frozenset(
    """积分 余额 会员等级 等级 会员卡余额 储值余额 客户积分 客户储值余额 免费等级 付费等级 points
    balance level tier 累计消费 消费次数""".split()  # noqa: SIM905 - a list of words reads better as words
)
"""Columns that stand in a sheet of customers, not of purchases."""

AMOUNTS = frozenset(
    """积分 余额 客户积分 会员积分 可用积分 累计积分 客户储值余额 储值余额 会员余额 卡余额 账户余额
    累计消费 累计消费金额 消费总额 消费次数 points balance credit totalspent visits""".split()  # noqa: SIM905 - a list of words reads better as words
)
"""Columns of facts that are numbers: "1,234" and ￥88.00 are kept as 1234 and 88."""
