"""The outlets of the demo world: invented shops in real cities.

City centres are facts, rounded to three decimals and moved a little for second shops in a city;
names of shops and streets are ours. ``pace`` is how fast a shop works: 1 is usual, more is slower.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shop:
    """One outlet of the demo."""

    code: str
    province: str
    city: str
    district: str
    street: str
    latitude: float
    longitude: float
    kind: str = "brand_store"
    seats: int = 2
    pace: float = 1.0
    takes_mail: bool = False


SLOW: Final = "WH02"
"""The shop that takes too long."""
RUDE: Final = "CD02"
"""The shop whose evening staff are rude."""
SHORT_OF: Final = "SCREEN-N12"
"""The part that nobody has for three weeks."""
LACKING: Final = "BOARD-C4P"
"""The part that is nowhere to be had today."""
BUSY: Final = "BJ01"
"""The shop whose staff sign in."""
CENTRE: Final = "BJ09"
"""Where parcels go."""

SHOPS: Final = (
    Shop("BJ01", "北京市", "北京市", "朝阳区", "望京街18号", 39.996, 116.474, seats=4),
    Shop("BJ02", "北京市", "北京市", "海淀区", "中关村大街27号", 39.982, 116.316, seats=3),
    Shop("BJ03", "北京市", "北京市", "东城区", "崇文门外大街6号", 39.897, 116.417),
    Shop(
        "BJ09", "北京市", "北京市", "昌平区", "回龙观西大街9号", 40.075, 116.332, "centre", 4, takes_mail=True
    ),
    Shop("SH01", "上海市", "上海市", "黄浦区", "南京东路299号", 31.236, 121.481, seats=4),
    Shop("SH02", "上海市", "上海市", "浦东新区", "张杨路655号", 31.229, 121.521, seats=3),
    Shop("SH03", "上海市", "上海市", "徐汇区", "漕溪北路88号", 31.192, 121.438, "authorised"),
    Shop("GZ01", "广东省", "广州市", "天河区", "天河路208号", 23.135, 113.327, seats=3),
    Shop("GZ02", "广东省", "广州市", "越秀区", "北京路238号", 23.123, 113.268, "authorised"),
    Shop("SZ01", "广东省", "深圳市", "南山区", "科苑路15号", 22.534, 113.945, seats=4),
    Shop("SZ02", "广东省", "深圳市", "福田区", "华强北路1019号", 22.547, 114.086, seats=3),
    Shop("FS01", "广东省", "佛山市", "禅城区", "季华五路21号", 23.010, 113.117),
    Shop("DG01", "广东省", "东莞市", "南城街道", "鸿福路200号", 23.021, 113.752, "authorised"),
    Shop("CD01", "四川省", "成都市", "武侯区", "天府三街69号", 30.548, 104.067, seats=3),
    Shop("CD02", "四川省", "成都市", "锦江区", "春熙路16号", 30.656, 104.079, seats=3),
    Shop("CQ01", "重庆市", "重庆市", "渝中区", "民权路28号", 29.558, 106.577, seats=3),
    Shop("CQ02", "重庆市", "重庆市", "江北区", "观音桥步行街7号", 29.576, 106.533),
    Shop("WH01", "湖北省", "武汉市", "江汉区", "解放大道690号", 30.584, 114.271, seats=3),
    Shop("WH02", "湖北省", "武汉市", "洪山区", "珞喻路726号", 30.514, 114.399, "authorised", 2, 3.6),
    Shop("XA01", "陕西省", "西安市", "雁塔区", "小寨东路11号", 34.224, 108.948, seats=3),
    Shop("XA02", "陕西省", "西安市", "碑林区", "南大街52号", 34.253, 108.946, "authorised"),
    Shop("HZ01", "浙江省", "杭州市", "西湖区", "文三路477号", 30.277, 120.125, seats=3),
    Shop("HZ02", "浙江省", "杭州市", "余杭区", "五常大道168号", 30.252, 120.020),
    Shop("NB01", "浙江省", "宁波市", "鄞州区", "四明中路999号", 29.817, 121.547),
    Shop("NJ01", "江苏省", "南京市", "秦淮区", "中山南路79号", 32.040, 118.783, seats=3),
    Shop("SU01", "江苏省", "苏州市", "姑苏区", "人民路1547号", 31.313, 120.619),
    Shop("WX01", "江苏省", "无锡市", "梁溪区", "中山路531号", 31.575, 120.302, "authorised"),
    Shop("TJ01", "天津市", "天津市", "和平区", "南京路189号", 39.118, 117.200),
    Shop("CS01", "湖南省", "长沙市", "芙蓉区", "五一大道717号", 28.196, 112.978),
    Shop("ZZ01", "河南省", "郑州市", "金水区", "花园路38号", 34.775, 113.676),
    Shop("QD01", "山东省", "青岛市", "市南区", "香港中路12号", 36.066, 120.387),
    Shop("JN01", "山东省", "济南市", "历下区", "泉城路180号", 36.667, 117.024, "authorised"),
    Shop("SY01", "辽宁省", "沈阳市", "和平区", "太原南街86号", 41.791, 123.402),
    Shop("DL01", "辽宁省", "大连市", "沙河口区", "西安路107号", 38.914, 121.594, "authorised"),
    Shop("HF01", "安徽省", "合肥市", "蜀山区", "黄山路602号", 31.838, 117.254),
    Shop("FZ01", "福建省", "福州市", "鼓楼区", "八一七北路133号", 26.082, 119.298),
    Shop("XM01", "福建省", "厦门市", "思明区", "厦禾路885号", 24.470, 118.111),
    Shop("KM01", "云南省", "昆明市", "五华区", "人民中路17号", 25.043, 102.712),
    Shop("HB01", "黑龙江省", "哈尔滨市", "南岗区", "东大直街323号", 45.759, 126.653, "authorised"),
    Shop("WL01", "新疆维吾尔自治区", "乌鲁木齐市", "天山区", "友好北路14号", 43.801, 87.606, "authorised"),
)
