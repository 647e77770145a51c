"""The sixteen things customers speak about after a sale, and the overall judgement, with their names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that can be praised or blamed; product and delivery are context, not service."""

    code: str
    id: str
    scenario: str
    zh: str
    en: str
    service: bool = True


SCENARIOS: dict[str, tuple[str, str]] = {
    "time": ("时效与体验", "Time and experience"),
    "manner": ("态度与专业", "Manner and skill"),
    "complaint": ("投诉处理", "Handling of complaints"),
    "context": ("政策与产品", "Policy and product"),
    "overall": ("整体服务", "Service as a whole"),
}

ASPECTS: tuple[Aspect, ...] = (
    Aspect("TT", "turnaround", "time", "维修与处理时长", "Turnaround"),
    Aspect("QU", "queue_booking", "time", "排队与预约", "Queue and booking"),
    Aspect("PA", "parts", "time", "备件供应", "Parts supply"),
    Aspect("CV", "convenience", "time", "网点与便利性", "Outlets and convenience"),
    Aspect("RQ", "repair_quality", "time", "维修质量", "Repair quality"),
    Aspect("AT", "attitude", "manner", "服务态度", "Attitude"),
    Aspect("EX", "expertise", "manner", "专业与检测判断", "Expertise and diagnosis"),
    Aspect("SH", "shirking", "manner", "推诿与敷衍", "Shirking"),
    Aspect("CO", "communication", "manner", "响应与沟通", "Response and communication"),
    Aspect("CC", "complaint_channel", "complaint", "投诉渠道", "Complaint channel"),
    Aspect("CH", "complaint_handling", "complaint", "诉求处理与结果", "Outcome of requests"),
    Aspect("PR", "price_charges", "context", "收费与价格", "Charges and price"),
    Aspect("PO", "policy", "context", "保修与退换政策", "Warranty and returns policy"),
    Aspect("PQ", "product_quality", "context", "产品质量", "Product quality", service=False),
    Aspect("FU", "fulfilment", "context", "订单与交付", "Order and delivery", service=False),
    Aspect("OV", "service_overall", "overall", "整体服务", "Service as a whole"),
)

CODES: tuple[str, ...] = tuple(aspect.code for aspect in ASPECTS)
# The headline figure of quality is an average over these.
SERVICE_CODES: tuple[str, ...] = tuple(aspect.code for aspect in ASPECTS if aspect.service)
DEMANDS: tuple[str, ...] = ("refund", "exchange", "repair", "compensation", "apology", "other")
FLAGS: tuple[str, ...] = ("safety", "privacy", "legal", "churn", "sarcasm")


def aspect_of(code: str) -> Aspect:
    """Give the row of the table that carries this code.

    Raises:
        KeyError: no aspect has this code.
    """
    return _BY_CODE[code]


_BY_CODE = {aspect.code: aspect for aspect in ASPECTS}
