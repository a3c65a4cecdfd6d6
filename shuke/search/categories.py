"""What people call kinds of places, in both languages of the pages; each word leads to our categories."""

from functools import cache

from shuke.search.words import folded

SAID: dict[str, str] = {
    "restaurant": "restaurant, restaurants, food, eat, dinner, lunch, dining, bistro, "
    "餐厅, 餐馆, 饭店, 饭馆, 美食, 吃饭, 吃的, 午餐, 晚餐, 小吃, 火锅, 烧烤, 面馆",
    "fast_food": "fast food, takeaway, burger, burgers, pizza, kebab, 快餐, 外卖, 汉堡, 披萨, 炸鸡",
    "cafe": "cafe, cafes, coffee, coffee shop, tea, ice cream, 咖啡, 咖啡馆, 咖啡厅, 咖啡店, 奶茶, 茶馆, 下午茶, 冰淇淋",
    "bar": "bar, bars, pub, pubs, beer, wine, cocktail, cocktails, 酒吧, 酒馆, 啤酒, 精酿",
    "nightclub": "club, nightclub, disco, dancing, 夜店, 夜总会, 迪厅",
    "hotel": "hotel, hotels, hostel, guest house, stay, accommodation, 酒店, 宾馆, 旅馆, 民宿, 住宿, 客栈, 青旅",
    "grocery": "groceries, grocery, supermarket, convenience store, kiosk, food shop, 超市, 便利店, 杂货, 小卖部, 水果店, 菜市场, 水果",
    "bakery": "bakery, bread, cake, cakes, pastry, sweets, 面包, 面包店, 蛋糕, 蛋糕店, 甜品, 烘焙, 点心",
    "fashion": "fashion, clothes, clothing, shoes, jewellery, jewelry, boutique, 服装, 服饰, 衣服, 鞋, 鞋店, 珠宝, 时装",
    "hairdresser": "hairdresser, hair, haircut, barber, salon, 理发, 理发店, 美发, 发廊, 剪发",
    "beauty": "beauty, nails, massage, spa, cosmetics, tattoo, 美容, 美甲, 按摩, 化妆品, 足疗, 护肤",
    "pharmacy": "pharmacy, chemist, drugstore, medicine, 药店, 药房, 药",
    "health": "health, dentist, doctor, clinic, optician, physiotherapy, 健康, 牙医, 诊所, 医生, 医院, 眼镜, 眼镜店",
    "home": "home, furniture, garden, flowers, florist, hardware, 家居, 家具, 花店, 五金, 鲜花",
    "electronics": "electronics, phone shop, mobile phones, computers, 电子, 数码, 手机店, 电脑, 手机",
    "books": "books, bookshop, bookstore, music shop, stationery, 书店, 书, 文具, 音像, 图书",
    "sports": "sports, gym, fitness, yoga, bicycle, bike shop, 运动, 健身, 健身房, 瑜伽, 体育, 自行车",
    "culture": "culture, museum, gallery, theatre, theater, cinema, movies, 文化, 博物馆, 美术馆, 剧院, 电影院, 电影, 画廊, 看电影",
    "services": "services, laundry, dry cleaning, tailor, repair, shoemaker, locksmith, 服务, 洗衣, 洗衣店, 裁缝, 维修, 修鞋, 干洗, 打印",
    "shop": "shop, shops, shopping, store, 商店, 购物, 商场",
}


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for category, said in SAID.items():
        for word in (category.replace("_", " "), *said.split(", ")):
            key = folded(word)
            found[key] = (*(one for one in found.get(key, ()) if one != category), category)
    return found


def meant(text: str) -> tuple[str, ...]:
    """The categories that a folded text names outright."""
    return _by_word().get(text, ())


def begun(text: str) -> list[str]:
    """The categories that a folded text may become when it is typed on; two letters, or one Chinese character, at least."""
    if len(text) < 2 and text.isascii():
        return []
    found = [category for word, categories in sorted(_by_word().items()) if word.startswith(text) for category in categories]
    return list(dict.fromkeys(found))
