"""What customers are told, in both languages, by the event that it tells of."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Text(NamedTuple):
    """One notice in both languages, as sentences; a sentence whose facts are not known is left out."""

    subject_zh: str
    subject_en: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


TEXTS: Final[Mapping[str, Text]] = {
    "repair.booked": Text(
        "预约成功",
        "Your visit is booked",
        ("预约成功，单号%(number)s。", "请于%(when)s到%(outlet)s。", "来之前请备份数据。"),
        (
            "Your visit is booked, no. %(number)s.",
            "Please come to %(outlet)s on %(when)s.",
            "Back up your data first.",
        ),
    ),
    "repair.visit_moved": Text(
        "预约已改时间",
        "Your visit has moved",
        ("预约%(number)s已改期。", "新时间：%(when)s，%(outlet)s。"),
        ("Your visit %(number)s has moved.", "New time: %(when)s at %(outlet)s."),
    ),
    "repair.mailed": Text(
        "寄修已登记",
        "Your mail-in repair is registered",
        ("寄修已登记，单号%(number)s。", "请备份并退出账号后寄出，收到后会告诉您。"),
        (
            "Your mail-in repair is registered, no. %(number)s.",
            "Please back up, sign out and send it; we will tell you when it arrives.",
        ),
    ),
    "repair.accepted": Text(
        "设备已收下",
        "We have your device",
        ("设备已收下，维修单%(number)s。", "预计%(when)s前修好。", "凭单号可随时查进度。"),
        (
            "We have your device, repair no. %(number)s.",
            "Expected by %(when)s.",
            "Follow it any time by this number.",
        ),
    ),
    "repair.quoted": Text(
        "请确认维修报价",
        "Please decide on the price",
        ("维修单%(number)s已检测完，报价%(amount)s。", "请在网页上选同意或不修，您答复前我们不动手。"),
        (
            "Repair %(number)s: the price is %(amount)s.",
            "Please accept or decline it online; we do nothing before you answer.",
        ),
    ),
    "repair.waiting_part": Text(
        "正在等配件",
        "Waiting for a part",
        ("维修单%(number)s正在等配件。", "预计%(when)s前修好。"),
        ("Repair %(number)s is waiting for a part.", "Now expected by %(when)s."),
    ),
    "repair.delayed": Text(
        "完成时间有变",
        "Your repair takes longer",
        ("维修单%(number)s要晚一些，很抱歉。", "原因：%(reason)s。", "新的预计时间：%(when)s。"),
        (
            "Repair %(number)s takes longer than we said, sorry.",
            "The reason: %(reason)s.",
            "Now expected by %(when)s.",
        ),
    ),
    "repair.ready": Text(
        "设备修好了",
        "Your device is ready",
        ("维修单%(number)s已修好。", "请带上单号到%(outlet)s取机。"),
        ("Repair %(number)s is done.", "Please collect it at %(outlet)s and bring this number."),
    ),
    "repair.shipped": Text(
        "设备已寄出",
        "Your device is on its way",
        ("维修单%(number)s的设备已寄出。", "%(carrier)s运单号%(waybill)s。"),
        ("The device of repair %(number)s is on its way.", "%(carrier)s, waybill %(waybill)s."),
    ),
    "repair.returned": Text(
        "设备已取回",
        "Your device is back with you",
        ("维修单%(number)s已完成。", "维修记录请在网页上查看保存，同样的故障再出现请直接找我们。"),
        (
            "Repair %(number)s is complete.",
            "Your repair record is online; if the same fault comes back, come straight to us.",
        ),
    ),
    "repair.cancelled": Text(
        "预约已取消",
        "Your booking is cancelled",
        ("预约%(number)s已取消。",),
        ("Booking %(number)s is cancelled.",),
    ),
    "remedy.raised": Text(
        "您有一项法定权利可以用了",
        "You have a right you can use now",
        (
            "维修单%(number)s：%(right)s。",
            "按规定您可以要求：%(remedies)s。",
            "我们会在%(when)s前答复，网页上可先选。",
        ),
        (
            "Repair %(number)s: %(right)s.",
            "By the rules you can ask for %(remedies)s.",
            "You will have our answer by %(when)s; you can choose online already.",
        ),
    ),
    "remedy.granted": Text(
        "同意了，请您选择",
        "Granted: please choose",
        ("维修单%(number)s：您的要求我们同意了。", "请在网页上选好要哪一种。"),
        ("Repair %(number)s: your right is granted.", "Please choose online which it shall be."),
    ),
    "remedy.allowed": Text(
        "复核后同意了",
        "Granted on review",
        ("维修单%(number)s：另一位同事复核后同意了。", "请在网页上选好要哪一种。"),
        (
            "Repair %(number)s: another person looked at it and granted it.",
            "Please choose online which it shall be.",
        ),
    ),
    "remedy.refused": Text(
        "这次没有同意",
        "Not granted",
        ("维修单%(number)s：这项要求没有同意，理由在网页上。", "您可以在同一页请另一位同事复核。"),
        (
            "Repair %(number)s: this right was not granted; the reason is online.",
            "You can ask another person to look at it on the same page.",
        ),
    ),
    "remedy.withdrawn": Text(
        "之前的提示已收回",
        "Taken back",
        ("维修单%(number)s：之前提示的权利已收回，原因在网页上。", "有疑问请直接回复我们。"),
        (
            "Repair %(number)s: the right we told you of is taken back; the reason is online.",
            "If you doubt it, write to us.",
        ),
    ),
    "review.upheld": Text(
        "复核有结果了",
        "A person has looked at it",
        ("%(number)s的复核有结果：维持原来的判定，理由在网页上。", "不认可可以投诉。"),
        (
            "The review of %(number)s is done: the decision stays; the reason is online.",
            "If you disagree, you can complain.",
        ),
    ),
    "review.overturned": Text(
        "复核后改判了",
        "Decided anew in your favour",
        ("%(number)s复核后改判，对您有利，详情在网页上。",),
        ("The review of %(number)s changed the decision in your favour; see online.",),
    ),
    "complaint.filed": Text(
        "投诉已收到",
        "We have your complaint",
        ("投诉已收到，编号%(number)s。", "我们会在%(when)s前给出处理决定。", "期限怎么算的，网页上可查。"),
        (
            "We have your complaint, no. %(number)s.",
            "You will have our decision by %(when)s.",
            "How this date is counted is shown online.",
        ),
    ),
    "complaint.taken": Text(
        "投诉已有专人处理",
        "Somebody is working on your complaint",
        ("投诉%(number)s已有专人处理。",),
        ("Somebody is now working on your complaint %(number)s.",),
    ),
    "complaint.answered": Text(
        "投诉已答复",
        "Your complaint has an answer",
        ("投诉%(number)s已答复，请在网页上查看。", "不满意可以在同一页提出异议。"),
        (
            "Your complaint %(number)s has an answer; please read it online.",
            "If you disagree, say so on the same page.",
        ),
    ),
    "complaint.closed": Text(
        "投诉已结束",
        "Your complaint is closed",
        ("投诉%(number)s已结束，原因请在网页上查看。",),
        ("Your complaint %(number)s is closed; the reason is online.",),
    ),
    "complaint.paused": Text(
        "投诉在等您或检测结果",
        "Your complaint waits",
        (
            "投诉%(number)s暂停计时：%(reason)s。",
            "要等什么，网页上写着。",
            "恢复后接着计时，期限最迟到%(when)s，法定期限不变。",
        ),
        (
            "The clock of complaint %(number)s stands still: %(reason)s.",
            "What we wait for is written online.",
            "It then goes on, to %(when)s at the latest; the legal limit does not move.",
        ),
    ),
    "complaint.resumed": Text(
        "投诉恢复计时",
        "Your complaint goes on",
        ("投诉%(number)s已恢复计时。", "新的期限：%(when)s。"),
        ("The clock of complaint %(number)s runs again.", "The new date: %(when)s."),
    ),
    "complaint.overdue": Text(
        "投诉答复晚了",
        "Our answer is late",
        (
            "投诉%(number)s我们没有按时答复，对不起。",
            "原因：%(reason)s，已上报负责人。",
            "新的期限：%(when)s。",
            "您也可以找平台、12315或消费者协会，网页上有说明。",
        ),
        (
            "We have not answered complaint %(number)s in time. We are sorry.",
            "The reason: %(reason)s; our management has it now.",
            "The new date: %(when)s.",
            "You may also turn to the platform, to 12315 or to the consumer association; see online how.",
        ),
    ),
    "complaint.authority_accepted": Text(
        "监管部门已受理",
        "The authority mediates",
        ("投诉%(number)s监管部门已受理调解。", "调解最迟到%(when)s。"),
        ("The authority mediates complaint %(number)s.", "It ends by %(when)s at the latest."),
    ),
    "complaint.mediated": Text(
        "调解达成一致",
        "Settled by mediation",
        ("投诉%(number)s经调解达成一致，内容请在网页上查看。",),
        ("Complaint %(number)s is settled by mediation; what was agreed is online.",),
    ),
    "complaint.mediation_failed": Text(
        "调解没有达成一致",
        "The mediation ended without result",
        ("投诉%(number)s的调解没有达成一致。", "您可以申请仲裁或向法院起诉，网页上有说明。"),
        (
            "The mediation of complaint %(number)s ended without an agreement.",
            "You may go to arbitration or to court; see online how.",
        ),
    ),
    "ticket.called": Text(
        "轮到您了",
        "It is your turn",
        ("%(count)s号，轮到您了。", "请到%(outlet)s柜台。"),
        ("Number %(count)s, it is your turn.", "Please come to the counter of %(outlet)s."),
    ),
    "thread.answered": Text(
        "您有新回复",
        "You have an answer",
        ("您的留言有新回复，请在网页上查看。", "相关单号%(number)s。"),
        ("There is a new answer to your message, please read it online.", "It is about %(number)s."),
    ),
}

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "part": ("配件晚到", "a part comes later than expected"),
    "queue": ("前面排队的设备较多", "more devices than usual are ahead"),
    "diagnosis": ("故障较难查", "the fault is harder to find than usual"),
    "outlet": ("门店无法按原计划工作", "the outlet cannot work as planned"),
    "owner_answer": ("等您的答复", "we wait for your answer"),
    "owner_evidence": ("等您补充材料", "we wait for your evidence"),
    "owner_device": ("等设备寄到", "we wait for the device"),
    "expert_test": ("等检测机构出结果", "we wait for an expert test"),
    "untaken": ("还没有专人接手", "nobody has taken the case yet"),
    "checking": ("事实还在核对", "the facts are still being checked"),
    "carrier": ("快递延误", "the parcel is late"),
}
"""Why a repair takes longer, by the code in the fact, in both languages."""

LINKS: Final = (
    "这次修得怎么样？点链接就能评，不用登录：%(link)s",
    "How was it? Tell us here, no sign-in needed: %(link)s",
)
"""What leads to an address that lets its receiver in."""

RIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "repeat": ("同一故障修了两次还没修好", "repaired twice and still not right"),
    "guarantee": (
        "修好的故障在维修质保期内又出现了",
        "the repaired fault came back inside the repair guarantee",
    ),
    "loaner": ("送修时间超过了规定天数", "the repair takes longer than the rules allow"),
    "repairer": ("维修超过了规定天数", "it has been in repair for too long"),
    "parts": ("等零件超过了规定天数", "the part takes too long"),
}
"""Which line was crossed, by its code in the fact, in both languages."""
REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "exchange": ("换机", "an exchange"),
    "refund": ("退款", "your money back"),
    "repair": ("免费重修", "a new repair free of charge"),
    "loaner": ("免费借用备用机", "a device on loan free of charge"),
    "price-cut": ("减价", "a lower price"),
}
"""What can be asked for, by the codes in the fact, in both languages."""
